import { fastDivisor, isFast, POINT, type SpectralEngine } from "./spectral_engine.ts";

/** A number format for the work and the results. */
export type Precision = "double" | "single";

/** Turns by single-precision steps are begun anew after so many, so that their errors do not add up. */
const STEPS: Readonly<Record<Precision, number>> = { double: Infinity, single: 16 };

/** A band of the spectrum of n points: bins first, first + 1, ..., of which negative ones are negative frequencies. */
export interface BandOfSpectrum {
  readonly first: number;
  /** Number of bins, of any share of n. */
  readonly bins: number;
  /** Number of samples of the whole period. */
  readonly n: number;
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
 * The samples of a band: sum of its values times exp(2 pi i k t / n), t = 0...n - 1. Their cost does not grow with n log n but
 * with n times the logarithm of the bins: with R = n / M samples p, p + R, p + 2 R, ... are a transform of M points, at least as
 * many as there are bins, of the band turned to phase p. Nothing is interpolated: the samples are exact.
 *
 * @param engine Has the band's values in its {@linkcode bandRoom}.
 * @param band Where in the spectrum they belong.
 * @param precision In what numbers to work.
 * @returns Addresses of n real and n imaginary parts, which the next call overwrites.
 */
export function sampleBand(
  engine: SpectralEngine,
  { first, bins, n }: BandOfSpectrum,
  precision: Precision,
): { re: number; im: number } {
  const { run } = engine, size = precision === "single" ? 4 : 8, width = lanes(precision), every = STEPS[precision];
  const [spread, samples] = precision === "single" ? [run.spread32, run.samples32] : [run.spread64, run.samples64];
  const values = bandRoom(engine, bins), circle = engine.circle(n);
  const state = engine.room("state", POINT * bins), steps = engine.room("steps", 16 * bins);
  const length = fastDivisor(n / width, bins), phases = n / length;
  const { plan, order } = engine.transform(length, precision);
  const work = engine.room("work", POINT * length), re = engine.room("re", size * n), im = engine.room("im", size * n);
  for (let p = 0; p < phases; p += width * every) {
    const groups = Math.min(every, (phases - p) / width), offset = size * p;
    spread(values, first, bins, n, circle, p, state, steps);
    samples(plan, order, state, steps, first, bins, work, re + offset, im + offset, size * phases, groups);
  }
  return { re, im };
}
