import { InvalidArgumentError, requireBetween } from "../random/mod.ts";
import { estimateAr1 } from "./ar1.ts";
import { ar1Spectrum } from "./ar1_spectrum.ts";
import { crossQuantile } from "./chi_square.ts";
import { LEAST_SAMPLES } from "./coherence_plan.ts";
import { type ComplexArray, complexArray } from "./complex.ts";
import { cwt, CWT_OPTIONS, type CwtOptions } from "./cwt.ts";
import { motherFrom } from "./mother.ts";
import { moments, readPair, type Series } from "./series.ts";
import { knownOptions, type OptionNames } from "./known_options.ts";

/** Options of {@linkcode xwt}. */
export interface XwtOptions extends CwtOptions {
  /** Probability below the level of significance (default 0.95). */
  significanceLevel?: number;
  /** Whether the series are brought to mean 0 and standard deviation 1 first (default true). */
  normalize?: boolean;
  /** The AR(1) coefficients of the red-noise background (default: those of the series). */
  ar1?: readonly [number, number];
}

const XWT_OPTIONS: OptionNames<XwtOptions> = { ...CWT_OPTIONS, significanceLevel: true, normalize: true, ar1: true };

/** What {@linkcode xwt} returns. Matrices are row-major, shape [scales, times]. */
export interface XwtResult {
  /** Cross spectrum W1 conj(W2), in the product of the units, or none where the series are normalized. */
  W12: ComplexArray;
  /** Its angle, in radians, in [-pi, pi]: positive where the first series leads. */
  phase: Float64Array<ArrayBuffer>;
  /** The modulus |W12| that independent red noises stay below with probability `significanceLevel`, at each scale. */
  significance: Float64Array<ArrayBuffer>;
  /** Scales, in the unit of dt. */
  scales: Float64Array<ArrayBuffer>;
  /** Fourier frequencies, in cycles per unit of dt. */
  freqs: Float64Array<ArrayBuffer>;
  /** Fourier periods, in the unit of dt. */
  periods: Float64Array<ArrayBuffer>;
  /** Cone of influence: at each sample the longest period outside it, in the unit of dt. */
  coi: Float64Array<ArrayBuffer>;
  /** Number of scales and of times. */
  shape: [scales: number, times: number];
}

/**
 * Cross wavelet transform of two series: where in time and at which periods both have power (Torrence and Compo 1998, section
 * 6c). The level of significance is for two independent AR(1) processes, whose cross spectrum goes with the root of the product
 * of two chi-square variables (equation 31): 3.9985 at 95 % for two degrees of freedom.
 *
 * High common power does not mean that two series are related; for that there is coherence.
 *
 * @example
 * ```ts
 * import { xwt } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const y1 = Float64Array.from({ length: 256 }, (_, t) => Math.cos(t / 4) + Math.sin(t * t) / 4);
 * const y2 = Float64Array.from({ length: 256 }, (_, t) => Math.cos((t - 2) / 4) + Math.cos(t * t) / 4);
 * const { W12, phase, significance, periods, shape: [, n] } = xwt(y1, y2, { dt: 1 });
 * const at = periods.findIndex((period) => period > 25) * n + 128;
 * assert.ok(Math.hypot(W12.re[at], W12.im[at]) > significance[Math.floor(at / n)]);
 * assert.ok(Math.abs(phase[at] - 0.5) < 0.05); // the first leads by 2 samples of 2 pi 4
 * ```
 *
 * @param y1 First series, at least 4 finite samples, not constant.
 * @param y2 Second series, as long.
 * @param options `dt` is needed; the rest has defaults.
 * @returns Cross spectrum, phase and level of significance.
 * @throws {InvalidArgumentError} If a series or an option cannot be used, or no AR(1) process fits a series: then give `ar1`.
 */
export function xwt(y1: Series, y2: Series, options: XwtOptions): XwtResult {
  const { significanceLevel = 0.95, normalize = true, wavelet = "morlet", convention, ar1, ...rest } = knownOptions(
    options,
    XWT_OPTIONS,
  );
  const pair = readPair(y1, y2, { least: LEAST_SAMPLES, varies: true });
  requireBetween("significanceLevel", significanceLevel, 0, 1);
  const mother = motherFrom(wavelet);
  const coefficients = ar1 ? checked(ar1) : pair.map((x, i) => estimateAr1(`y${i + 1}`, x).g);
  const deviations = pair.map((x) => {
    const { mean, deviation } = moments(x);
    if (!normalize) return deviation;
    for (let t = 0; t < x.length; t++) x[t] = (x[t] - mean) / deviation;
    return 1;
  });
  const [a, b] = pair.map((x) => cwt(x, { ...rest, wavelet: mother, convention }));
  const { scales, freqs, periods, coi, shape } = a;
  const W12 = complexArray(a.W.re.length), phase = new Float64Array(a.W.re.length);
  for (let i = 0; i < phase.length; i++) {
    W12.re[i] = a.W.re[i] * b.W.re[i] + a.W.im[i] * b.W.im[i];
    W12.im[i] = a.W.im[i] * b.W.re[i] - a.W.re[i] * b.W.im[i];
    phase[i] = Math.atan2(W12.im[i], W12.re[i]);
  }
  const cycles = freqs.map((f) => f * rest.dt);
  const [power1, power2] = coefficients.map((g) => ar1Spectrum(cycles, g));
  const factor = deviations[0] * deviations[1] * crossQuantile(significanceLevel, mother.dofmin) / mother.dofmin;
  const significance = power1.map((power, j) => factor * Math.sqrt(power * power2[j]));
  return { W12, phase, significance, scales, freqs, periods, coi, shape };
}

function checked(ar1: readonly [number, number]): readonly number[] {
  if (!Array.isArray(ar1) || ar1.length !== 2) throw new InvalidArgumentError("ar1", ar1, "a pair of coefficients");
  ar1.forEach((g, i) => requireBetween(`ar1[${i}]`, g, -1, 1));
  return ar1;
}
