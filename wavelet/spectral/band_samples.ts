import { compensate, interpolation, OVERSAMPLING } from "./interpolation.ts";
import { fastDivisor, isFast, POINT, type Precision, type SpectralEngine } from "./spectral_engine.ts";

/** Turns by single-precision steps are begun anew after so many, so that their errors do not add up. */
const STEPS: Readonly<Record<Precision, number>> = { double: Infinity, single: 16 };
/** Samples are interpolated where there are so many to a coarse one; with more than the largest number the weights fill the cache. */
const LEAST_RATIO = 8, LARGEST_RATIO = 256;

/** A band of the spectrum of n points: bins first, first + 1, ..., of which negative ones are negative frequencies. */
export interface BandOfSpectrum {
  readonly first: number;
  /** Number of bins, of any share of n. */
  readonly bins: number;
  /** Number of samples of the whole period. */
  readonly n: number;
}

/** What samples of a band are wanted. */
export interface SampleOptions {
  /** In what numbers to work. */
  readonly precision: Precision;
  /** How many samples, from the first one on. */
  readonly count: number;
  /** Names the room for the results (default ""). */
  readonly name?: string;
  /** Whether they may be interpolated, which is right to 3e-14 in double and 4e-8 in single precision (default false). */
  readonly near?: boolean;
}

/** How many samples stand in a point's lanes. */
export function lanes(precision: Precision): number {
  return precision === "single" ? 4 : 2;
}

/** Whether bands of spectra of n points can be sampled. */
export function canSample(n: number, precision: Precision): boolean {
  return n % lanes(precision) === 0 && isFast(n);
}

/** The address of room for a band's complex values, which {@linkcode sampleBand} takes. */
export function bandRoom(engine: SpectralEngine, bins: number): number {
  return engine.room("band", 16 * bins);
}

/**
 * The samples of a band: sum of its values times exp(2 pi i k t / n), t = 0...count - 1. Where the band is narrow they may be
 * interpolated from few ones.
 *
 * @param engine Has the band's values in its {@linkcode bandRoom}; they are lost.
 * @param band Where in the spectrum they belong.
 * @param options What is wanted.
 * @returns Addresses of real and imaginary parts, which the next call with the same name overwrites.
 */
export function sampleBand(
  engine: SpectralEngine,
  band: BandOfSpectrum,
  { precision, count, name = "", near = false }: SampleOptions,
): { re: number; im: number } {
  const { first, bins, n } = band, size = precision === "single" ? 4 : 8, width = lanes(precision);
  const least = Math.max(OVERSAMPLING * bins, n / LARGEST_RATIO), unit = 2 * width * width;
  const M = near && n % unit === 0 ? width * fastDivisor(n / unit, least / width) : n, R = n / M;
  if (R < LEAST_RATIO || M < least) return transformed(engine, band, { precision, count, name });

  // The band is moved to frequency 0, sampled there, and turned back.
  const middle = bins >> 1, center = first + middle, values = engine.f64(bandRoom(engine, bins), 2 * bins);
  compensate(values, M, R, precision);
  const { taps, weights } = interpolation(engine, R, precision), before = taps / 2 - 1;
  const coarse = transformed(engine, { first: -middle, bins, n: M }, {
    precision,
    count: M,
    name: "coarse ",
    margin: taps,
  });
  const blocks = Math.ceil(count / R), room = size * blocks * R;
  const re = engine.room(`${name}re`, room), im = engine.room(`${name}im`, room);
  const splats = engine.room("splats", POINT * taps), circle = engine.circle(M);
  const turns = center === 0 ? 0 : turnsOf(engine, center, { n, R, precision });
  const run = precision === "single" ? engine.run.interpolate32 : engine.run.interpolate64;
  const view = (at: number) => precision === "single" ? engine.f32(at, M + taps) : engine.f64(at, M + taps);
  const margins = [coarse.re, coarse.im].map((at) => {
    const samples = view(at - size * before);
    samples.copyWithin(0, M, M + before);
    samples.copyWithin(M + before, before, taps);
    return at - size * before;
  });
  run(margins[0], margins[1], weights, taps, R, blocks, turns, center, M, circle, splats, re, im);
  return { re, im };
}

/** Turns of bin `center` over R samples of n, as the module reads them. */
function turnsOf(
  engine: SpectralEngine,
  center: number,
  { n, R, precision }: { n: number; R: number; precision: Precision },
): number {
  const width = lanes(precision), at = engine.room("turns", 2 * R * (precision === "single" ? 4 : 8));
  const turns = precision === "single" ? engine.f32(at, 2 * R) : engine.f64(at, 2 * R), step = 2 * Math.PI * center / n;
  for (let p = 0; p < R; p++) {
    const to = 2 * (p - p % width) + p % width;
    turns[to] = Math.cos(step * p);
    turns[to + width] = Math.sin(step * p);
  }
  return at;
}

/**
 * The samples by transforms. Their cost does not grow with n log n but with n times the logarithm of the bins: with R = n / M
 * samples p, p + R, p + 2 R, ... are a transform of M points, at least as many as there are bins, of the band turned to phase p.
 * Nothing is interpolated: the samples are exact.
 */
function transformed(
  engine: SpectralEngine,
  { first, bins, n }: BandOfSpectrum,
  { precision, count, name, margin = 0 }: { precision: Precision; count: number; name: string; margin?: number },
): { re: number; im: number } {
  const { run } = engine, size = precision === "single" ? 4 : 8, width = lanes(precision), every = STEPS[precision];
  const [spread, samples] = precision === "single" ? [run.spread32, run.samples32] : [run.spread64, run.samples64];
  const values = bandRoom(engine, bins), circle = engine.circle(n);
  const state = engine.room("state", POINT * bins), steps = engine.room("steps", 16 * bins);
  const length = fastDivisor(n / width, bins), phases = n / length, rows = Math.ceil(count / phases);
  const { plan, order } = engine.transform(length, precision);
  const work = engine.room("work", POINT * length), room = size * (rows * phases + 2 * margin);
  const re = engine.room(`${name}re`, room) + size * margin, im = engine.room(`${name}im`, room) + size * margin;
  for (let p = 0; p < phases; p += width * every) {
    const groups = Math.min(every, (phases - p) / width), offset = size * p;
    spread(values, first, bins, n, circle, p, state, steps);
    samples(plan, order, state, steps, first, bins, work, re + offset, im + offset, size * phases, rows, groups);
  }
  return { re, im };
}
