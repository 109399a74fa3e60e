import { moments, readSeries, type Series } from "./series.ts";

/**
 * Brings a series to mean 0 and standard deviation 1 (divided by n, as NumPy and pycwt do).
 *
 * @example
 * ```ts
 * import { standardize } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...standardize([1, 3, 1, 3])], [-1, 1, -1, 1]);
 * ```
 *
 * @param x The series, finite samples, not constant.
 * @returns The standardized series, without unit.
 */
export function standardize(x: Series): Float64Array<ArrayBuffer> {
  const series = readSeries("x", x, { least: 2, varies: true });
  const { mean, deviation } = moments(series);
  return series.map((value) => (value - mean) / deviation);
}
