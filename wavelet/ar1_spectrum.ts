import { requireBetween } from "../random/mod.ts";
import { readSeries, type Series } from "./series.ts";

/**
 * Power spectrum of an AR(1) process of unit variance, `(1 - g^2) / (1 + g^2 - 2 g cos(2 pi f))` (Torrence and Compo 1998,
 * equation 16): its mean over frequencies is 1.
 *
 * @example
 * ```ts
 * import { ar1Spectrum } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(ar1Spectrum([0, 0.5], 0.5), Float64Array.of(3, 1 / 3));
 * assert.deepEqual(ar1Spectrum([0.1, 0.2], 0), Float64Array.of(1, 1));
 * ```
 *
 * @param freqs Frequencies, in cycles per sample: those of a transform times dt.
 * @param alpha Lag-1 autocorrelation g, in (-1, 1) (default 0).
 * @returns The spectrum at each frequency.
 */
export function ar1Spectrum(freqs: Series, alpha: number = 0): Float64Array<ArrayBuffer> {
  requireBetween("alpha", alpha, -1, 1);
  return readSeries("freqs", freqs).map((f) =>
    (1 - alpha * alpha) / (1 + alpha * alpha - 2 * alpha * Math.cos(2 * Math.PI * f))
  );
}
