import { InvalidArgumentError } from "../random/mod.ts";
import { type ComplexArray, complexArray } from "./complex.ts";
import { LEAST_SAMPLES } from "./coherence_plan.ts";
import { coneOfInfluence } from "./cone_of_influence.ts";
import { type Convention, type PadOption, requireConvention, transformLength } from "./convention.ts";
import { Daughters } from "./daughters.ts";
import { fftPlan, realSpectrum, split } from "./fft.ts";
import { motherFrom, type WaveletLike } from "./mother.ts";
import { frequencyAxis, scaleAxis, type ScaleOptions } from "./scale_axis.ts";
import { moments, readSeries, type Series } from "./series.ts";

/** Options of {@linkcode cwt}. */
export interface CwtOptions extends ScaleOptions {
  /** The mother wavelet (default "morlet"). */
  wavelet?: WaveletLike;
  /** Fourier frequencies to transform at, in cycles per unit of dt, instead of the scales of dj, s0 and J. */
  freqs?: Series;
  /** Whose details to follow (default "exact"). */
  convention?: Convention;
  /** Padding with zeros: true (default) as the convention has it, false none, or the padded length in samples. */
  pad?: PadOption;
  /** Whether the mean is removed first (default true, but false for convention "pycwt"). */
  demean?: boolean;
}

/** What {@linkcode cwt} returns. */
export interface CwtResult {
  /** The transform, row-major, shape [scales, times], in the unit of the signal. */
  W: ComplexArray;
  /** Scales, in the unit of dt. */
  scales: Float64Array<ArrayBuffer>;
  /** Fourier frequencies, in cycles per unit of dt. */
  freqs: Float64Array<ArrayBuffer>;
  /** Fourier periods, in the unit of dt. */
  periods: Float64Array<ArrayBuffer>;
  /** Cone of influence: at each sample the longest period outside it, in the unit of dt. */
  coi: Float64Array<ArrayBuffer>;
  /** Fourier transform of the padded signal at positive frequencies, divided by the root of the padded length. */
  fft: ComplexArray;
  /** Their frequencies, in cycles per unit of dt. */
  fftfreqs: Float64Array<ArrayBuffer>;
  /** Number of scales and of times. */
  shape: [scales: number, times: number];
}

/**
 * Continuous wavelet transform of a series (Torrence and Compo 1998, equations 4 to 6). White noise of unit variance has a mean
 * power |W|^2 of 1 at every scale.
 *
 * @example The period of a sine
 * ```ts
 * import { cwt } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const monthly = Float64Array.from({ length: 480 }, (_, t) => Math.sin(2 * Math.PI * t / 12));
 * const { W, periods, shape: [, n] } = cwt(monthly, { dt: 1 / 12 }); // in years
 * const power = Array.from(periods, (_, j) => Math.hypot(W.re[j * n + 240], W.im[j * n + 240]));
 * const peak = periods[power.indexOf(Math.max(...power))];
 * assert.ok(Math.abs(Math.log2(peak)) < 1 / 12);
 * ```
 *
 * @param signal The series: at least 4 finite samples, evenly spaced.
 * @param options `dt` is needed; the rest has defaults.
 * @returns The transform, its axes and its cone of influence.
 * @throws {InvalidArgumentError} If the signal or an option cannot be used; the error names it.
 */
export function cwt(signal: Series, options: CwtOptions): CwtResult {
  options ??= {} as CwtOptions; // the refusal of dt says more than a TypeError
  const { wavelet = "morlet", freqs, convention = "exact", pad = true } = options;
  requireConvention(convention);
  const { demean = convention !== "pycwt" } = options;
  const mother = motherFrom(wavelet);
  const x = readSeries("signal", signal, { least: LEAST_SAMPLES, varies: true });
  const n = x.length;
  if (freqs !== undefined && (options.s0 !== undefined || options.J !== undefined)) {
    throw new InvalidArgumentError("freqs", freqs, "left out where s0 or J is given");
  }
  const axis = freqs === undefined ? scaleAxis(n, options, mother) : frequencyAxis("freqs", freqs, options, mother);
  const { dt, dj } = axis;
  const scales = axis.scales.map((s) => s / dt);
  const size = transformLength(pad, convention, { n, scales, mother, dj });
  if (demean) {
    const { mean } = moments(x);
    for (let t = 0; t < n; t++) x[t] -= mean;
  }

  const spectrum = realSpectrum(x, size), product = new Float64Array(2 * size), wave = new Float64Array(2 * size);
  const daughters = new Daughters({ mother, scales, size, convention, n, once: true });
  const W = complexArray(scales.length * n);
  // A real wavelet leaves nothing but rounding errors in the imaginary part, unless the Nyquist bin is taken for one-sided.
  const isReal = mother.dofmin === 1 && convention === "exact";
  for (let j = 0; j < scales.length; j++) {
    daughters.apply(j, spectrum, product);
    fftPlan(size).inverse(wave, product);
    for (let t = 0; t < n; t++) {
      W.re[j * n + t] = wave[2 * t];
      W.im[j * n + t] = isReal ? 0 : wave[2 * t + 1];
    }
  }
  const half = Math.floor(size / 2);
  return {
    W,
    scales: axis.scales,
    freqs: axis.freqs,
    periods: axis.periods,
    coi: coneOfInfluence(n, dt, mother, convention),
    fft: split(spectrum, 1, half, 1 / Math.sqrt(size)),
    fftfreqs: Float64Array.from({ length: Math.max(0, half - 1) }, (_, k) => (k + 1) / (size * dt)),
    shape: [scales.length, n],
  };
}
