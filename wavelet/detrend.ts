import { InvalidArgumentError } from "../random/mod.ts";
import { readSeries, type Series } from "./series.ts";
import { knownOptions } from "./known_options.ts";

/** Options of {@linkcode detrend}. */
export interface DetrendOptions {
  /** What is removed: "constant" (the mean), "linear" (default), or the order of a polynomial. */
  order?: number | "constant" | "linear";
}

/**
 * Removes the polynomial that fits a series best in the sense of least squares. Samples are taken to be evenly spaced.
 *
 * @example
 * ```ts
 * import { detrend } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const x = [1, 2, 3, 4, 5.5];
 * assert.ok(Math.abs(detrend(x)[0] - 0.1) < 1e-12);
 * assert.ok(detrend([0, 1, 4, 9, 16], { order: 2 }).every((v) => Math.abs(v) < 1e-12));
 * ```
 *
 * @param x The series, finite samples, more of them than the order.
 * @param options What is removed.
 * @returns What is left.
 */
export function detrend(x: Series, options: DetrendOptions = {}): Float64Array<ArrayBuffer> {
  const { order: asked = "linear" } = knownOptions(options, { order: true });
  const order = asked === "constant" ? 0 : asked === "linear" ? 1 : asked;
  if (typeof order !== "number" || !Number.isInteger(order) || order < 0 || order > 20) {
    throw new InvalidArgumentError("order", asked, `"constant", "linear" or a whole number from 0 to 20`);
  }
  const rest = readSeries("x", x, { least: order + 1 }), n = rest.length;
  // Polynomials orthogonal on the samples, by Forsythe's recurrence, each removed in turn: powers of t would lose digits.
  let before = new Float64Array(n), current = new Float64Array(n).fill(1 / Math.sqrt(n));
  for (let k = 0; k <= order; k++) {
    for (let pass = 0; pass < 2; pass++) remove(rest, current);
    const next = current.map((v, t) => v * (2 * t - n + 1) / n);
    for (let pass = 0; pass < 2; pass++) {
      remove(next, current);
      remove(next, before);
    }
    const size = Math.sqrt(dot(next, next));
    if (size === 0) break;
    [before, current] = [current, next.map((v) => v / size)];
  }
  return rest;
}

/** Takes the part of `x` along the unit vector `direction` out of it. */
function remove(x: Float64Array, direction: Float64Array): void {
  const along = dot(x, direction);
  for (let t = 0; t < x.length; t++) x[t] -= along * direction[t];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += a[t] * b[t];
  return sum;
}
