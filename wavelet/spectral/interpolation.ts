import type { Precision, SpectralEngine } from "./spectral_engine.ts";

/** Coarse samples that a sample is made from: for wavelets' bands that is right to 3e-14 and to 4e-8 of the largest value. */
const TAPS: Readonly<Record<Precision, number>> = { double: 14, single: 8 };
/** Coarse samples are at least so many times as many as the band has bins. */
export const OVERSAMPLING = 2;

/** A planned interpolation, for any band. */
export interface Interpolation {
  readonly taps: number;
  /** The address of the weights. */
  readonly weights: number;
}

/** Factors of {@linkcode compensate}, by the numbers of samples. */
const factors: Record<Precision, Map<string, Float64Array<ArrayBuffer>>> = { double: new Map(), single: new Map() };
const KEEP_AT_MOST = 64;
const known = new WeakMap<SpectralEngine, Map<string, Interpolation>>();

/** Plans the interpolation of R samples to a coarse one, which lies half a sample before them; R is a multiple of twice the lanes. */
export function interpolation(engine: SpectralEngine, R: number, precision: Precision): Interpolation {
  let plans = known.get(engine);
  if (!plans) known.set(engine, plans = new Map());
  const key = `${precision} ${R}`;
  let plan = plans.get(key);
  if (!plan) plans.set(key, plan = make(engine, R, precision));
  return plan;
}

function make(engine: SpectralEngine, R: number, precision: Precision): Interpolation {
  const taps = TAPS[precision], group = precision === "single" ? 8 : 4, half = taps / 2, unit = besselI0(beta(taps));
  const weight = (p: number, k: number) => {
    const x = ((p + 0.5) / R - (k - half + 1)) / half;
    return besselI0(beta(taps) * Math.sqrt(Math.max(0, 1 - x * x))) / unit;
  };
  const groups = Math.ceil(R / 2 / group), values = new Float64Array(groups * group * taps);
  for (let p = 0; p < groups * group; p++) {
    const first = taps * (p - p % group) + p % group;
    for (let k = 0; k < half; k++) {
      const one = weight(p, k), other = weight(p, taps - 1 - k), at = first + 2 * group * k;
      values[at] = (one + other) / 2;
      values[at + group] = (one - other) / 2;
    }
  }
  const name = `weights ${precision} ${R}`;
  const weights = engine.room(name, values.length * (precision === "single" ? 4 : 8));
  if (precision === "single") engine.f32(weights, values.length).set(values);
  else engine.f64(weights, values.length).set(values);
  return { taps, weights };
}

/**
 * Readies a band around frequency 0 for its coarse samples: as the weights let less through of bins far from 0, these are raised, and
 * all are turned back by half a sample.
 *
 * @param values Of each bin the real parts of all bands, then their imaginary parts; bin 0's are the middle ones, or those behind.
 * @param bands Number of bands.
 * @param M Coarse samples of a full turn, at least {@linkcode OVERSAMPLING} times as many as bins.
 * @param R Samples to each.
 * @param precision That of the interpolation.
 */
export function compensate(values: Float64Array, bands: number, M: number, R: number, precision: Precision): void {
  const bins = values.length / (2 * bands), middle = bins >> 1, factors = factorsOf(M, R, precision);
  for (let i = 0, at = 0; i < bins; i++, at += bands) {
    const from = 2 * Math.abs(i - middle), c = factors[from], s = i < middle ? factors[from + 1] : -factors[from + 1];
    for (const end = at + bands; at < end; at++) {
      const re = values[at], im = values[at + bands];
      values[at] = re * c - im * s;
      values[at + bands] = re * s + im * c;
    }
  }
}

/** Factors of the bins 0, -1, ...: complex. */
function factorsOf(M: number, R: number, precision: Precision): Float64Array<ArrayBuffer> {
  const kept = factors[precision], key = `${M} ${R}`, have = kept.get(key);
  if (have) return have;
  const taps = TAPS[precision],
    b = beta(taps),
    unit = besselI0(b) / taps,
    count = Math.ceil(M / (2 * OVERSAMPLING)) + 1;
  const made = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    const x = Math.sqrt(b * b - (Math.PI * taps * k / M) ** 2),
      factor = unit * x / Math.sinh(x),
      angle = Math.PI * k / (M * R);
    made[2 * k] = factor * Math.cos(angle);
    made[2 * k + 1] = factor * Math.sin(angle);
  }
  if (kept.size >= KEEP_AT_MOST) kept.clear();
  kept.set(key, made);
  return made;
}

/** The shape of Kaiser's window. */
function beta(taps: number): number {
  return Math.PI * taps * (1 - 0.5 / OVERSAMPLING);
}

function besselI0(x: number): number {
  let term = 1, sum = 1;
  for (let k = 1; term > 1e-17 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}
