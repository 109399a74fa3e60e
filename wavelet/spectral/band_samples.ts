import { compensate, interpolation, OVERSAMPLING } from "./interpolation.ts";
import { fastDivisor, isFast, POINT, type Precision, type SpectralEngine } from "./spectral_engine.ts";

/** Turns by single-precision steps are begun anew after so many, so that their errors do not add up. */
const STEPS: Readonly<Record<Precision, number>> = { double: Infinity, single: 16 };
/** Samples are interpolated where there are so many to a coarse one; with more than the largest number the weights fill the cache. */
const LEAST_RATIO = 8, LARGEST_RATIO = 256;
/** Fewer coarse samples would not fill the margins on either side of them. */
const LEAST_COARSE = 8;

/** Bands of the spectra of n points: bins first, first + 1, ..., of which negative ones are negative frequencies. */
export interface BandsOfSpectra {
  /** One band, or two in one go. */
  readonly bands: 1 | 2;
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

/** Addresses of a band's samples. */
export interface BandRows {
  readonly re: number;
  readonly im: number;
}

/** How many numbers stand in a point's lanes. */
export function lanes(precision: Precision): number {
  return precision === "single" ? 4 : 2;
}

/** Whether bands of spectra of n points can be sampled. */
export function canSample(n: number, precision: Precision): boolean {
  return n % lanes(precision) === 0 && isFast(n);
}

/**
 * The address of room for what {@linkcode sampleBands} takes: in float64, of each bin the real parts of all bands, then their
 * imaginary parts.
 */
export function bandRoom(engine: SpectralEngine, { bands, bins }: Pick<BandsOfSpectra, "bands" | "bins">): number {
  return engine.room("bands", 16 * bands * bins);
}

/**
 * The samples of bands: sum of a band's values times exp(2 pi i k t / n), t = 0...count - 1. Where the bands are narrow they may be
 * interpolated from few ones.
 *
 * @param engine Has the bands' values in its {@linkcode bandRoom}; they are lost.
 * @param spectra Where in the spectra they belong.
 * @param options What is wanted.
 * @returns Addresses of each band's samples, which the next call with the same name overwrites.
 */
export function sampleBands(
  engine: SpectralEngine,
  spectra: BandsOfSpectra,
  { precision, count, name = "", near = false }: SampleOptions,
): BandRows[] {
  const { bands, first, bins, n } = spectra, size = precision === "single" ? 4 : 8, width = lanes(precision);
  const least = Math.max(OVERSAMPLING * bins, n / LARGEST_RATIO, LEAST_COARSE), unit = 2 * width * width;
  const M = near && n % unit === 0 ? width * fastDivisor(n / unit, least / width) : n, R = n / M;
  if (R < LEAST_RATIO || M < least) return transformed(engine, spectra, { precision, count, name });

  // The bands are moved to frequency 0, sampled there, and turned back.
  const middle = bins >> 1, center = first + middle;
  compensate(engine.f64(bandRoom(engine, spectra), 2 * bands * bins), bands, M, R, precision);
  const { taps, weights } = interpolation(engine, R, precision), before = taps / 2 - 1;
  const narrow = { bands, first: -middle, bins, n: M };
  const coarse = transformed(engine, narrow, { precision, count: M, name: "coarse ", margin: taps });
  const blocks = Math.ceil(count / R), room = size * blocks * R;
  const rows = coarse.map((_, i) => ({
    re: engine.room(`${name}re ${i}`, room),
    im: engine.room(`${name}im ${i}`, room),
  }));
  const splats = engine.room("splats", POINT * taps), circle = engine.circle(M);
  const turns = center === 0 ? 0 : turnsOf(engine, center, { n, R, precision });
  const run = precision === "single" ? engine.run.interpolate32 : engine.run.interpolate64;
  const withMargins = (at: number) => {
    const from = at - size * before;
    const samples = precision === "single" ? engine.f32(from, M + taps) : engine.f64(from, M + taps);
    samples.copyWithin(0, M, M + before);
    samples.copyWithin(M + before, before, taps);
    return from;
  };
  for (const [i, { re, im }] of rows.entries()) {
    const [a, b] = [withMargins(coarse[i].re), withMargins(coarse[i].im)];
    run(a, b, weights, taps, R, blocks, turns, center, M, circle, splats, re, im);
  }
  return rows;
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
  { bands, first, bins, n }: BandsOfSpectra,
  { precision, count, name, margin = 0 }: { precision: Precision; count: number; name: string; margin?: number },
): BandRows[] {
  const { run } = engine, single = precision === "single", size = single ? 4 : 8, every = STEPS[precision];
  const samples = single ? run.samples32 : run.samples64;
  const spread = bands === 1 ? single ? run.spread32 : run.spread64 : single ? run.spreadTwo32 : run.spreadTwo64;
  const together = lanes(precision) / bands, length = fastDivisor(n / together, bins), phases = n / length;
  const rows = Math.ceil(count / phases);
  const values = bandRoom(engine, { bands, bins }), circle = engine.circle(n), steps = engine.room("steps", 16 * bins);
  // Two bands in float64 are points already.
  const state = bands === 2 && !single ? values : engine.room("state", POINT * bins);
  const { plan, order } = engine.transform(length, precision), work = engine.room("work", POINT * length);
  const room = size * (rows * phases + 2 * margin), places: BandRows[] = [];
  for (let i = 0; i < bands; i++) {
    const [re, im] = ["re", "im"].map((part) => engine.room(`${name}${part} ${i}`, room) + size * margin);
    places.push({ re, im });
  }
  const [one, two] = places;
  for (let p = 0; p < phases; p += together * every) {
    const groups = Math.min(every, (phases - p) / together), at = size * p;
    if (state !== values || groups > 1) spread(values, first, bins, n, circle, p, state, steps);
    const [re2, im2] = two ? [two.re + at, two.im + at] : [0, 0];
    samples(
      plan,
      order,
      state,
      steps,
      first,
      bins,
      work,
      one.re + at,
      one.im + at,
      re2,
      im2,
      size * phases,
      rows,
      groups,
    );
  }
  return places;
}
