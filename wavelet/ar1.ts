import { InvalidArgumentError } from "../random/mod.ts";
import { moments, readSeries, type Series } from "./series.ts";

/** An AR(1) process fitted to a series: x(t) - mean = g (x(t-1) - mean) + a z(t), z white with unit variance. */
export interface Ar1 {
  /** Lag-1 autocorrelation, in (-1, 1). */
  g: number;
  /** Standard deviation of the innovations: the process has the variance a^2 / (1 - g^2). */
  a: number;
  /** Variance of the mean of so many samples, over that of the process. */
  mu2: number;
}

/**
 * Fits an AR(1) process, free of the bias that the removal of the sample's own mean brings (Allen and Smith 1996, footnote 4):
 * g solves `c1/c0 = (g - mu2(g)) / (1 - mu2(g))`, where c0 and c1 are the sample's covariances at lags 0 and 1 and mu2 is the
 * variance of the mean of n samples.
 *
 * @example
 * ```ts
 * import { ar1, rednoise } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const { g, a } = ar1(rednoise(10_000, 0.7, { a: 2, seed: 1 }));
 * assert.ok(Math.abs(g - 0.7) < 0.02);
 * assert.ok(Math.abs(a - 2) < 0.05);
 * ```
 *
 * @param x The series, at least 4 finite samples, not constant.
 * @returns The process.
 * @throws {InvalidArgumentError} If no process fits, because the series is too short or is mostly trend: then remove the trend,
 * or give the coefficient yourself where one is asked for.
 */
export function ar1(x: Series): Ar1 {
  return estimateAr1("x", x);
}

/** Fits an AR(1) process to the argument called `field`. */
export function estimateAr1(field: string, series: Series): Ar1 {
  const x = readSeries(field, series, { least: 4, varies: true });
  const n = x.length, { mean, deviation } = moments(x);
  for (let t = 0; t < n; t++) x[t] = (x[t] - mean) / deviation;
  let c1 = 0;
  for (let t = 1; t < n; t++) c1 += x[t - 1] * x[t];
  const rho = c1 / (n - 1); // c0 is 1
  const g = unbiased(rho, n);
  if (g === undefined) {
    throw new InvalidArgumentError(field, series, "a series to which an AR(1) process can be fitted", {
      hint: "It is too short or its trend is too large: remove the trend, or give the AR(1) coefficient yourself",
    });
  }
  const mu2 = varianceOfMean(g, n);
  return { g, a: deviation * Math.sqrt((1 - g * g) / (1 - mu2)), mu2 };
}

/** Solves rho (1 - mu2(g)) = g - mu2(g) for g in (-1, 1); g = 1 solves it always, and is not meant. */
function unbiased(rho: number, n: number): number | undefined {
  const excess = (g: number) => g - rho - varianceOfMean(g, n) * (1 - rho);
  // Below the trivial root the excess is positive just where its slope there, 1 - (1 - rho)(n^2 - 1)/(3 n), is negative.
  if ((1 - rho) * (n * n - 1) / (3 * n) <= 1.001 || excess(-1) >= 0) return undefined;
  let low = -1, high = Math.max(0, rho);
  for (let gap = 1 - high; excess(high) <= 0;) {
    gap /= 2;
    if (gap < 1e-9) return undefined;
    high = 1 - gap;
  }
  while (high - low > 1e-15) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The mean of |i - j|-th powers of g over all pairs of n samples (Allen and Smith 1996, footnote 4). */
function varianceOfMean(g: number, n: number): number {
  const gap = 1 - g;
  return -1 / n + 2 / (n * n) * (n * gap - g * (1 - g ** n)) / (gap * gap);
}
