import { surrogateNormals } from "../../../random/mod.ts";
import { motherFrom } from "../../../wavelet/mother.ts";
import type { KernelPlan } from "../../../analysis/kernel/kernel_plan.ts";

const circles = new Map<number, Float64Array>();

/** cos and sin of k / n of a turn, interleaved. */
function circle(n: number): Float64Array {
  let table = circles.get(n);
  if (!table) {
    circles.set(n, table = new Float64Array(2 * n));
    for (let k = 0; k < n; k++) {
      table[2 * k] = Math.cos(2 * Math.PI * k / n);
      table[2 * k + 1] = Math.sin(2 * Math.PI * k / n);
    }
  }
  return table;
}

/** A transform of any length by recursion over its prime factors, in float64, written to be read. */
export function fft(re: Float64Array, im: Float64Array, sign: 1 | -1): [Float64Array, Float64Array] {
  const n = re.length;
  if (n === 1) return [re, im];
  let radix = 2;
  while (n % radix !== 0) radix++;
  const m = n / radix, outRe = new Float64Array(n), outIm = new Float64Array(n), table = circle(n);
  for (let q = 0; q < radix; q++) {
    const partRe = new Float64Array(m), partIm = new Float64Array(m);
    for (let t = 0; t < m; t++) {
      partRe[t] = re[t * radix + q];
      partIm[t] = im[t * radix + q];
    }
    const [a, b] = fft(partRe, partIm, sign);
    for (let k = 0, at = 0, part = 0; k < n; k++) {
      const c = table[2 * at], s = sign * table[2 * at + 1], x = a[part], y = b[part];
      outRe[k] += x * c - y * s;
      outIm[k] += x * s + y * c;
      if ((at += q) >= n) at -= n;
      if (++part === m) part = 0;
    }
  }
  return [outRe, outIm];
}

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

/**
 * The coherence of one surrogate, every step at the full rate in float64: row j holds the tested scale j at every sample of
 * the record. The padded length of each scale is the kernel's, or `length`.
 */
export function oracleCoherence(plan: KernelPlan, key: Uint32Array, length?: number): Float64Array[] {
  const { spec, windows, levels, scales } = plan, { n } = spec, mother = motherFrom(spec.mother);
  const pair = surrogatePair(key, n, spec.g);
  const smoothed = levels.flatMap((level) => {
    const size = length ?? level.length;
    const padded = pair.map((y) => {
      const x = new Float64Array(size);
      x.set(y);
      return fft(x, new Float64Array(size), -1);
    });
    return scales.slice(...level.scales).map(({ scale }) => {
      const omega = Float64Array.from({ length: size }, (_, k) => 2 * Math.PI / size * (k <= size / 2 ? k : k - size));
      const [w1, w2] = padded.map(([re, im]) => {
        const amplitudes = omega.map((w) => mother.amplitude(scale * w) / size);
        return fft(re.map((x, k) => x * amplitudes[k]), im.map((x, k) => x * amplitudes[k]), 1);
      });
      const smooth = (re: Float64Array, im: Float64Array) => {
        const [a, b] = fft(re, im, -1), response = omega.map((w) => mother.smooth(scale * w) / size);
        return fft(a.map((x, k) => x * response[k]), b.map((x, k) => x * response[k]), 1);
      };
      const [p1, p2] = smooth(
        w1[0].map((x, t) => x ** 2 + w1[1][t] ** 2),
        w2[0].map((x, t) => x ** 2 + w2[1][t] ** 2),
      );
      const cross = smooth(
        w1[0].map((x, t) => x * w2[0][t] + w1[1][t] * w2[1][t]),
        w1[1].map((x, t) => x * w2[0][t] - w1[0][t] * w2[1][t]),
      );
      return [p1, p2, ...cross];
    });
  });
  return windows.map(({ neighbours }) => {
    const [p1, p2, re, im] = [0, 1, 2, 3].map((part) =>
      Float64Array.from(
        { length: n },
        (_, t) => neighbours.reduce((sum, { scale, weight }) => sum + weight * smoothed[scale][part][t], 0),
      )
    );
    return p1.map((p, t) => Math.min(1, (re[t] ** 2 + im[t] ** 2) / (p * p2[t])));
  });
}
