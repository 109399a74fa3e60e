import { InvalidArgumentError, requireBetween, requirePositive } from "../random/mod.ts";
import { estimateAr1 } from "./ar1.ts";
import { ar1Spectrum } from "./ar1_spectrum.ts";
import { chiSquareQuantile } from "./chi_square.ts";
import { type Mother, motherFrom, requireDeltaj0, requireGamma, type WaveletLike } from "./mother.ts";
import { moments, readSeries, type Series } from "./series.ts";
import { knownOptions, type OptionNames } from "./known_options.ts";

/** Options of {@linkcode significance}. */
export interface SignificanceOptions {
  /** Interval between samples. */
  dt: number;
  /** Scales of the transform, in the unit of dt. */
  scales: Series;
  /**
   * What is tested: 0 (default) the power at a time and a scale, 1 its average over time, 2 its average over scales.
   */
  sigmaTest?: 0 | 1 | 2;
  /** Lag-1 autocorrelation of the red-noise background, in (-1, 1) (default: that of the signal). */
  alpha?: number;
  /** Probability below the level (default 0.95). */
  significanceLevel?: number;
  /**
   * For test 1 the number of samples that were averaged, one for all scales or one for each; for test 2 the smallest and the
   * largest scale that were averaged, in the unit of dt.
   */
  dof?: number | Series;
  /** The mother wavelet (default "morlet"). */
  wavelet?: WaveletLike;
}

const OPTIONS: OptionNames<SignificanceOptions> = {
  dt: true,
  scales: true,
  sigmaTest: true,
  alpha: true,
  significanceLevel: true,
  dof: true,
  wavelet: true,
};

/** What {@linkcode significance} returns. */
export interface SignificanceResult {
  /** The level that noise exceeds with probability 1 - significanceLevel: one for each scale, a single one for test 2. */
  significance: Float64Array<ArrayBuffer>;
  /** The red-noise background: its mean power at each scale, a single one for test 2. */
  fftTheor: Float64Array<ArrayBuffer>;
}

/**
 * Levels of wavelet power that red noise stays below with a given probability (Torrence and Compo 1998): for the power at a time
 * and scale (test 0, equation 18), for its average over time (test 1, equation 23) or over scales (test 2, equations 25 to 28).
 *
 * @example Five per cent of white noise's power is above 2.996 times its variance
 * ```ts
 * import { significance } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const { significance: levels } = significance(1, { dt: 1, scales: [2, 4, 8], alpha: 0 });
 * assert.deepEqual(Array.from(levels, (v) => v.toFixed(3)), ["2.996", "2.996", "2.996"]);
 * ```
 *
 * @param signal The series that was transformed, or its variance.
 * @param options `dt` and `scales` are needed, `alpha` where the variance is given, `dof` for tests 1 and 2.
 * @returns Levels and background, in the square of the signal's unit.
 * @throws {InvalidArgumentError} If something needed is missing or cannot be used; the error names it.
 */
export function significance(signal: Series | number, options: SignificanceOptions): SignificanceResult {
  const { dt, scales: given, sigmaTest = 0, significanceLevel = 0.95, dof, wavelet = "morlet" } = knownOptions(
    options,
    OPTIONS,
  );
  requirePositive("dt", dt);
  const mother = motherFrom(wavelet);
  const scales = readSeries("scales", given);
  scales.forEach((s, j) => requirePositive(`scales[${j}]`, s));
  requireBetween("significanceLevel", significanceLevel, 0, 1);
  const { variance, alpha } = background(signal, options.alpha);
  const flambda = mother.flambda();
  const fftTheor = ar1Spectrum(scales.map((s) => dt / (flambda * s)), alpha).map((power) => variance * power);
  const factor = (degrees: number) => chiSquareQuantile(significanceLevel, degrees) / degrees;
  switch (sigmaTest) {
    case 0:
      return { significance: fftTheor.map((power) => power * factor(mother.dofmin)), fftTheor };
    case 1: {
      const degrees = averagedInTime(dof, scales, dt, mother);
      return { significance: fftTheor.map((power, j) => power * factor(degrees[j])), fftTheor };
    }
    case 2: {
      const { mean, degrees, unit } = averagedInScale(dof, scales, fftTheor, dt, mother);
      return { significance: Float64Array.of(unit * mean * factor(degrees)), fftTheor: Float64Array.of(mean) };
    }
    default:
      sigmaTest satisfies never;
      throw new InvalidArgumentError("sigmaTest", sigmaTest, "0, 1 or 2");
  }
}

function background(signal: Series | number, alpha: number | undefined): { variance: number; alpha: number } {
  if (alpha !== undefined) requireBetween("alpha", alpha, -1, 1);
  if (typeof signal === "number") {
    requirePositive("signal", signal);
    if (alpha === undefined) {
      throw new InvalidArgumentError("alpha", alpha, "given where there is only a variance", {
        hint: "0 is white noise",
      });
    }
    return { variance: signal, alpha };
  }
  const x = readSeries("signal", signal, { least: 2, varies: true });
  return { variance: moments(x).deviation ** 2, alpha: alpha ?? estimateAr1("signal", x).g };
}

/** Degrees of freedom of averages over so many samples (equation 23). */
function averagedInTime(
  dof: number | Series | undefined,
  scales: Float64Array,
  dt: number,
  mother: Mother,
): Float64Array {
  if (dof === undefined) throw new InvalidArgumentError("dof", dof, "the number of samples averaged, for test 1");
  const gamma = requireGamma(mother);
  const samples = typeof dof === "number" ? new Float64Array(scales.length).fill(dof) : readSeries("dof", dof);
  if (samples.length !== scales.length) throw new InvalidArgumentError("dof", dof, "one number, or one for each scale");
  samples.forEach((count, j) => requirePositive(typeof dof === "number" ? "dof" : `dof[${j}]`, count));
  return scales.map((s, j) => mother.dofmin * Math.sqrt(1 + (Math.max(1, samples[j]) * dt / (gamma * s)) ** 2));
}

/** Mean background, degrees of freedom and unit of averages over scales (equations 25 to 28). */
function averagedInScale(
  dof: number | Series | undefined,
  scales: Float64Array,
  fftTheor: Float64Array,
  dt: number,
  mother: Mother,
): { mean: number; degrees: number; unit: number } {
  if (dof === undefined || typeof dof === "number" || dof.length !== 2) {
    throw new InvalidArgumentError("dof", dof, "the smallest and the largest scale averaged, for test 2");
  }
  const [s1, s2] = readSeries("dof", dof);
  requirePositive("dof[0]", s1);
  if (!(s2 >= s1)) throw new InvalidArgumentError("dof[1]", s2, `at least dof[0], which is ${s1}`);
  if (scales.length < 2) throw new InvalidArgumentError("scales", scales, "at least two scales, for test 2");
  const deltaj0 = requireDeltaj0(mother);
  if (mother.cdelta === undefined) {
    throw new InvalidArgumentError(
      "wavelet",
      `${mother.name}(${mother.parameter})`,
      "a mother with a reconstruction factor",
    );
  }
  const dj = Math.abs(Math.log2(scales[1] / scales[0]));
  let count = 0, inverse = 0, power = 0;
  for (let j = 0; j < scales.length; j++) {
    if (scales[j] < s1 || scales[j] > s2) continue;
    count++;
    inverse += 1 / scales[j];
    power += fftTheor[j] / scales[j];
  }
  if (count === 0) throw new InvalidArgumentError("dof", dof, "a range that contains a scale");
  const average = 1 / inverse, middle = Math.sqrt(s1 * s2);
  return {
    mean: average * power,
    degrees: mother.dofmin * count * average / middle * Math.sqrt(1 + (count * dj / deltaj0) ** 2),
    unit: dj * dt / (mother.cdelta * average),
  };
}
