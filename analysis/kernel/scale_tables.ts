import { exp, unitCircle } from "../../random/mod.ts";
import type { KernelMother } from "./kernel_mother.ts";
import { gcd, type LevelPlan, type ScalePlan } from "./kernel_plan.ts";

/** Weights of a discrete smoothing below this share of the first end it. */
const FAINT = 1e-7;

/** A band of a padded record's spectrum, and the wavelet in it. */
export interface BandFilter {
  /** One number for every 2^shift-th bin, straight lines between; one more behind the last where shift is above 0. */
  readonly values: () => Float32Array<ArrayBuffer>;
  /** How many values. */
  readonly count: number;
  /** See `values`. */
  readonly shift: number;
}

/**
 * The wavelet of one scale in the band of the spectrum that is kept.
 *
 * @param scale How the scale is computed.
 * @param level The padded length that it is computed with.
 * @param mother The mother.
 * @returns The filter.
 */
export function bandFilter(scale: ScalePlan, level: LevelPlan, mother: KernelMother): BandFilter {
  const shift = filterShift(scale.samples), first = firstBin(scale, level, mother), cut = level.analytic !== undefined;
  const count = shift > 0 ? Math.ceil(scale.samples / 2 ** shift) + 1 : scale.samples;
  const value = (k: number) => filterAt(first + k * 2 ** shift, level.length, scale, mother, cut);
  return { values: () => Float32Array.from({ length: count }, (_, k) => value(k)), count, shift };
}

/** Smoothing of one scale's powers in time. The smoothed values of one phase lie alike between the powers. */
export interface TimeSmoothing {
  /** The first power needed, in samples of the scale from time 0 on; may be negative, as the padded record is a circle. */
  readonly first: number;
  /** How many powers are needed from there on; may be more than once around the circle. */
  readonly count: number;
  /** How many powers are weighed for one smoothed value: an even number. */
  readonly taps: number;
  /** Powers from one smoothed value to the next of the same phase. */
  readonly forward: number;
  /** Smoothed value k has phase `k % phases.length`. */
  readonly phases: readonly TimePhase[];
}

/** Smoothed values that lie alike between the powers. */
export interface TimePhase {
  /** The first power weighed for the phase's first value, counted from the smoothing's first one. */
  readonly start: number;
  /** The weights, made when asked for. */
  readonly weights: () => Float32Array<ArrayBuffer>;
}

/**
 * Plans how one scale's powers are smoothed in time.
 *
 * @param scale How the scale is computed.
 * @param length The padded length.
 * @param mother The mother.
 * @returns What is weighed, and how.
 */
export function timeSmoothing(scale: ScalePlan, length: number, mother: KernelMother): TimeSmoothing {
  const { samples, step } = scale, { reach, at: taper } = timeTaper(scale, length, mother);
  const spacing = length / samples, common = gcd(step * samples, length), taps = tapCount(reach);
  const { first, count } = wanted(scale, length, reach);
  const factor = spacing / scale.scale / length / length;
  const phases = Array.from({ length: Math.min(length / common, scale.count) }, (_, phase) => {
    const position = (scale.first + phase) * step / spacing, start = Math.ceil(position - reach);
    const weights = () => Float32Array.from({ length: taps }, (_, tap) => factor * taper(start + tap - position));
    return { start: start - first, weights };
  });
  return { first, count, taps, forward: step * samples / common, phases };
}

/** The first bin of the band that is kept. Complex wavelets have none at and below 0. */
export function firstBin(scale: ScalePlan, { length, analytic }: LevelPlan, { low, real }: KernelMother): number {
  const { samples } = scale;
  if (real) return analytic ? 0 : -samples / 2;
  const bin = Math.round(low * length / (2 * Math.PI * scale.scale));
  if (analytic) return Math.max(0, Math.min(bin, length - samples));
  return Math.max(1, Math.min(bin, Math.floor(length / 2) + 1 - samples));
}

/** Long filters are kept at every 2^shift-th bin: straight lines between 8,192 points are right to single precision. */
function filterShift(samples: number): number {
  const shift = Math.floor(Math.log2(samples / 8192));
  return shift >= 2 ? shift : 0;
}

/** The wavelet at a bin of the padded record's spectrum. */
function filterAt(bin: number, length: number, { scale, full }: ScalePlan, mother: KernelMother, cut: boolean): number {
  const w = 2 * Math.PI * bin / length, value = mother.amplitude(w * scale), twice = 2 * bin;
  // The Nyquist bin holds the frequencies pi and -pi at once, half of each.
  if (!cut) return Math.abs(twice) < length || (full && !mother.odd) ? value : 0;
  if (bin >= length) return 0;
  // The real part of an analytic transform is half the transform.
  return (mother.real ? 2 : 1) * value * (full && twice > length ? beyondNyquist(w) : 1);
}

/** Brings a wavelet that goes on beyond the Nyquist frequency smoothly to zero at twice that frequency. */
function beyondNyquist(w: number): number {
  return 1 / (1 + exp(32 * (w / Math.PI - 1.5)));
}

/** Weights of a smoothing in time by distance in samples of the scale, 0 beyond `reach`. */
interface TimeTaper {
  readonly reach: number;
  readonly at: (distance: number) => number;
}

function timeTaper(scale: ScalePlan, length: number, mother: KernelMother): TimeTaper {
  const { samples } = scale, unit = length / samples / scale.scale;
  if (scale.full) return discreteTaper(scale.scale, length, mother);
  const reach = mother.reach / unit;
  if (2 * reach < samples - 2) {
    return {
      reach,
      at: (distance) => Math.abs(distance) <= reach ? mother.envelope(distance * unit) : 0,
    };
  }
  // An envelope that reaches around the whole padded record meets itself there.
  const turns = Math.ceil(reach / samples);
  return {
    reach: samples / 2 - 1e-9,
    at: (distance) => {
      let sum = 0;
      for (let turn = -turns; turn <= turns; turn++) sum += mother.envelope((distance + turn * samples) * unit);
      return sum;
    },
  };
}

/** The transform of the envelope's response at the frequencies below Nyquist alone: what smoothing by FFT does. */
function discreteTaper(scale: number, length: number, mother: KernelMother): TimeTaper {
  const size = 4096, weights: number[] = [];
  const response = Float64Array.from(
    { length: size / 2 + 1 },
    (_, k) => mother.response(2 * Math.PI / size * k * scale),
  );
  const circle = Float64Array.from({ length: size }, (_, k) => unitCircle(k, size)[0]);
  let quiet = 0;
  for (let lag = 0; lag < Math.min(length, size) / 2 && quiet < 8; lag++) {
    let sum = (response[0] + response[size / 2] * circle[lag * size / 2 % size]) / 2;
    for (let k = 1; k < size / 2; k++) sum += response[k] * circle[lag * k % size];
    weights.push(sum * 2 / size);
    quiet = Math.abs(weights[lag]) < FAINT * weights[0] ? quiet + 1 : 0;
  }
  // As the continuous envelopes: 1 at time 0, not 1 in sum. Half a record away in either direction is one sample.
  const total = scale * mother.area, reach = Math.min(weights.length - 1, length / 2 - 1e-9);
  return { reach, at: (distance) => (weights[Math.abs(Math.round(distance))] ?? 0) * total };
}

/** How many samples within `reach` to either side; an even number, as the kernel takes two at a time. */
function tapCount(reach: number): number {
  return Math.ceil((Math.floor(2 * reach) + 1) / 2) * 2;
}

/** The powers that the smoothed values need: the first (may be negative) and how many. */
function wanted(scale: ScalePlan, length: number, reach: number): { first: number; count: number } {
  const spacing = length / scale.samples;
  const first = Math.ceil(scale.first * scale.step / spacing - reach);
  const last = Math.ceil((scale.first + scale.count - 1) * scale.step / spacing - reach) + tapCount(reach) - 1;
  return { first, count: last - first + 1 };
}
