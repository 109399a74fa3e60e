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

/** Factors of {@linkcode compensation}, by the number of coarse samples. */
const factors: Record<Precision, Map<number, Float64Array<ArrayBuffer>>> = { double: new Map(), single: new Map() };
const KEEP_AT_MOST = 64;
const known = new WeakMap<SpectralEngine, Map<string, Interpolation>>();

/** Plans the interpolation of R - 1 samples between coarse ones; R is a multiple of twice the lanes. */
export function interpolation(engine: SpectralEngine, R: number, precision: Precision): Interpolation {
  let plans = known.get(engine);
  if (!plans) known.set(engine, plans = new Map());
  const key = `${precision} ${R}`;
  let plan = plans.get(key);
  if (!plan) plans.set(key, plan = make(engine, R, precision));
  return plan;
}

function make(engine: SpectralEngine, R: number, precision: Precision): Interpolation {
  const taps = TAPS[precision], group = precision === "single" ? 8 : 4, half = taps / 2;
  const values = new Float64Array(R * taps), unit = besselI0(beta(taps));
  for (let p = 0; p < R; p++) {
    const group0 = Math.floor(p / group) * group;
    for (let k = 0; k < taps; k++) {
      const x = (p / R - (k - half + 1)) / half;
      values[group0 * taps + k * group + p - group0] = besselI0(beta(taps) * Math.sqrt(Math.max(0, 1 - x * x))) / unit;
    }
  }
  const name = `weights ${precision} ${R}`;
  const weights = engine.room(name, values.length * (precision === "single" ? 4 : 8));
  if (precision === "single") engine.f32(weights, values.length).set(values);
  else engine.f64(weights, values.length).set(values);
  return { taps, weights };
}

/**
 * What the bins of a band are multiplied with, as the weights let less through of those far from frequency 0.
 *
 * @param M Coarse samples of a full turn.
 * @returns Factors of the bins 0, 1, ... of a band that is narrow enough.
 */
export function compensation(M: number, precision: Precision): Float64Array<ArrayBuffer> {
  const have = factors[precision].get(M);
  if (have) return have;
  const taps = TAPS[precision], b = beta(taps), unit = besselI0(b) / taps;
  const made = Float64Array.from({ length: Math.ceil(M / (2 * OVERSAMPLING)) + 1 }, (_, k) => {
    const x = Math.sqrt(b * b - (Math.PI * taps * k / M) ** 2);
    return unit * x / Math.sinh(x);
  });
  if (factors[precision].size >= KEEP_AT_MOST) factors[precision].clear();
  factors[precision].set(M, made);
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
