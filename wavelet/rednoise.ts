import { requireBetween, requirePositive, requireWhole } from "../random/mod.ts";
import { type RandomOptions, randomSource } from "./random_source.ts";
import { knownOptions } from "./known_options.ts";

/** Options of {@linkcode rednoise}. */
export interface RednoiseOptions extends RandomOptions {
  /** Standard deviation of the innovations (default 1). */
  a?: number;
}

/**
 * Draws red noise, the AR(1) process `x(t) = g x(t-1) + a z(t)` with z standard normal (Torrence and Compo 1998, equation 15).
 * It is stationary from the first sample on, with variance `a^2 / (1 - g^2)`.
 *
 * @example
 * ```ts
 * import { defaultRng } from "@morlet/morlet/random";
 * import { rednoise } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const x = rednoise(100, 0.7, { generator: defaultRng(42) });
 * assert.equal(x.length, 100);
 * assert.deepEqual(x, rednoise(100, 0.7, { seed: 42 }));
 * ```
 *
 * @param n Number of samples.
 * @param g Lag-1 autocorrelation, in (-1, 1).
 * @param options A `generator` or a `seed` is needed.
 * @returns The series.
 */
export function rednoise(n: number, g: number, options: RednoiseOptions): Float64Array<ArrayBuffer> {
  const { a = 1 } = options = knownOptions(options, { generator: true, seed: true, a: true });
  requireWhole("n", n, 1);
  requireBetween("g", g, -1, 1);
  requirePositive("a", a);
  const source = randomSource(options);
  const x = new Float64Array(n);
  x[0] = a * source.standardNormal() / Math.sqrt(1 - g * g);
  for (let t = 1; t < n; t++) x[t] = g * x[t - 1] + a * source.standardNormal();
  return x;
}
