import { surrogateNormals } from "../../../random/mod.ts";

/** The AR(1) pair of one surrogate, means removed, in float64. */
export function surrogatePair(key: Uint32Array, n: number, g: readonly [number, number]): [Float64Array, Float64Array] {
  const pair: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)];
  surrogateNormals(key, ...pair);
  pair.forEach((y, series) => {
    y[0] /= Math.sqrt(1 - g[series] ** 2);
    for (let t = 1; t < n; t++) y[t] += g[series] * y[t - 1];
    const mean = y.reduce((a, b) => a + b, 0) / n;
    for (let t = 0; t < n; t++) y[t] -= mean;
  });
  return pair;
}
