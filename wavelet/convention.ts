import { InvalidArgumentError, requireOneOf, requireWhole } from "../random/mod.ts";
import { nextPowerOfTwo } from "./fft.ts";
import { type Mother, requireDeltaj0 } from "./mother.ts";

/**
 * Whose details a transform follows: padding, mean, smoothing window, cone.
 *
 * | | exact | grinsted | pycwt |
 * | --- | --- | --- | --- |
 * | mean | removed | removed | kept by `cwt`, removed by `wct` and `xwt` when they normalize |
 * | padded length | until nothing wraps around | power of two, 1.4 to 2.8 times n | next power of two, none if n is one |
 * | Morlet at negative frequency | zero | zero | its tail, up to 1.1e-8 |
 * | record before smoothing in time | not cut | cut, padded again to the next power of two | the same |
 * | window in scale | the decorrelation length exactly, 0.6 octave | his kernel, 0.68 octave at dj = 1/12 | 1.08 octaves, off centre |
 * | cone at the edge | half a sample | 1e-5 samples | half a sample |
 */
export type Convention = "exact" | "grinsted" | "pycwt";

/** All conventions. */
export const CONVENTIONS: readonly Convention[] = ["exact", "grinsted", "pycwt"];

/** Refuses what is not a convention. */
export function requireConvention(value: unknown): asserts value is Convention {
  requireOneOf("convention", value, CONVENTIONS);
}

/** What may wrap around at scales that have samples outside the cone, as a share. */
const WRAP_OUTSIDE = 1e-9;
/** What may wrap around at scales that lie inside the cone everywhere. */
const WRAP_INSIDE = 1e-4;
/** Wavelets that fall slowly (Paul of low order) would ask for more padding than anyone has memory for. */
const LARGEST_PADDING = 128;

/** Padding with zeros: true as the convention has it, false none, or the padded length in samples. */
export type PadOption = boolean | number;

/** What the padded length depends on; scales in samples, increasing or not. */
export interface PaddingDemands {
  n: number;
  scales: Float64Array;
  mother: Mother;
  /** Octaves between scales. */
  dj: number;
}

/**
 * The length that a record of n samples is padded to with zeros.
 *
 * For "exact" neither the transform nor the smoothing wraps around, to 1e-8 at scales that have samples outside the cone and to
 * 1e-3 at larger ones. Wavelet and smoothing envelope reach over the zeros together: of Gaussians at most exp(-p^2 / 3 s^2) of
 * the power gets over p zeros, which is the wavelet at p sqrt(2/3); of functions that fall as a power of time the envelope at p.
 */
export function paddedLength(convention: Convention, demands: PaddingDemands): number {
  const { n, scales, mother, dj } = demands;
  switch (convention) {
    case "exact": {
      let largest = 0;
      for (const s of scales) largest = Math.max(largest, s);
      // Larger scales have no sample outside the cone, nor a neighbour in the smoothing window that has.
      const outside = Math.min(largest, mother.coi() * n / 2 * 2 ** (((mother.deltaj0 ?? 1) + dj) / 2));
      const zeros = Math.max(outside * reach(mother, WRAP_OUTSIDE), largest * reach(mother, WRAP_INSIDE));
      // Where the Nyquist frequency cuts the wavelet, see cut_spectrum.ts, all lags must be within half of the length.
      const twice = 2 * longestLag(n, Math.min(largest, mother.support()[1] / Math.PI), mother) + 2;
      return nextPowerOfTwo(Math.min(Math.max(n + zeros, twice), LARGEST_PADDING * n));
    }
    case "grinsted":
      return 2 * 2 ** Math.trunc(Math.log2(n) + 0.4999);
    case "pycwt":
      return nextPowerOfTwo(n);
    default:
      return convention satisfies never;
  }
}

/** Over how many scales of zeros a share `tolerance` gets, of wavelet and smoothing together. */
export function reach(mother: Mother, tolerance: number): number {
  // Paul's wavelet falls as a power of time: each further digit asks for half as much padding again, so it gets one less.
  return mother.name === "paul" ? mother.decay(10 * tolerance) : Math.sqrt(1.5) * mother.decay(tolerance);
}

/** The longest lag that matters at scale s, in samples: between a sample of the record and one that is smoothed into it. */
export function longestLag(n: number, s: number, mother: Mother): number {
  return n + s * mother.decay(WRAP_OUTSIDE);
}

/** The length that the `pad` option asks for. */
export function transformLength(pad: PadOption, convention: Convention, demands: PaddingDemands): number {
  if (pad === true) return paddedLength(convention, demands);
  if (pad === false) return demands.n;
  if (typeof pad !== "number") throw new InvalidArgumentError("pad", pad, "true, false or a length in samples");
  requireWhole("pad", pad, demands.n);
  return pad;
}

/** The boxcar over scales: output at scale j is the sum of weights[k] times input at scale j + first + k. */
export interface ScaleWindow {
  /** Offset of the first weight, at most 0. */
  readonly first: number;
  /** Weights, which sum to 1. */
  readonly weights: Float64Array<ArrayBuffer>;
}

/** The smoothing window over scales, `dj` octaves apart. At the ends of the axis what sticks out is dropped. */
export function scaleWindow(convention: Convention, mother: Mother, dj: number): ScaleWindow {
  const deltaj0 = requireDeltaj0(mother);
  const half = deltaj0 / (dj * 2);
  switch (convention) {
    case "exact": {
      const reach = Math.max(0, Math.ceil(half + 0.5) - 1);
      const weights = new Float64Array(2 * reach + 1);
      for (let k = -reach; k <= reach; k++) weights[k + reach] = Math.min(1, Math.max(0, half + 0.5 - Math.abs(k)));
      return normalized(-reach, weights);
    }
    case "grinsted": {
      const ends = half % 1, ones = Math.max(0, 2 * Math.round(half) - 1);
      const weights = new Float64Array(ones + 2).fill(1);
      weights[0] = weights[ones + 1] = ends;
      // With steps so wide that nothing but zeros is left, there is nothing to average.
      return weights.some((w) => w > 0) ? normalized(ones === 0 ? 0 : -(ones + 1) / 2, weights) : identity();
    }
    case "pycwt": {
      const length = roundHalfEven(deltaj0 / dj * 2);
      if (length < 2) return identity();
      const weights = new Float64Array(length).fill(1);
      weights[0] = weights[length - 1] = 0.5;
      return normalized(-Math.floor(length / 2), weights);
    }
    default:
      return convention satisfies never;
  }
}

function identity(): ScaleWindow {
  return { first: 0, weights: Float64Array.of(1) };
}

function normalized(first: number, weights: Float64Array<ArrayBuffer>): ScaleWindow {
  const sum = weights.reduce((a, b) => a + b, 0);
  return { first, weights: weights.map((w) => w / sum) };
}

/** Rounds as NumPy does: halves to the even neighbour. */
function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}
