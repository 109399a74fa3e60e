import type { CrossRows, ScaleSource, SmoothedRows } from "./coherence_at_scale.ts";
import type { Convention, ScaleWindow } from "./convention.ts";
import { Daughters } from "./daughters.ts";
import { fftPlan, nextPowerOfTwo, realSpectrum } from "./fft.ts";
import type { Mother } from "./mother.ts";
import { SpectralEngine } from "./spectral/spectral_engine.ts";
import { TimeSmoother } from "./time_smoother.ts";

/** What spectra at full rate are made from. */
export interface FullRateOptions {
  /** Samples of the records. */
  n: number;
  mother: Mother;
  /** Scales, in samples. */
  scales: Float64Array;
  /** Interval between samples. */
  dt: number;
  /** The padded length. */
  size: number;
  /** Every how many samples are wanted. */
  every: number;
  /** The smoothing window over scales. */
  window: ScaleWindow;
  /** Whose transform it is. */
  convention: Convention;
  /** Whether the transforms are cut to the record before they are smoothed. */
  truncate: boolean;
}

/** Rows of a scale: powers and cross spectrum, smoothed in time, of which scales are averaged; and the cross spectrum before. */
const ROWS = 6, AVERAGED = 4;

/**
 * Powers and cross spectrum of two records with every sample of every step: of any length, and with transforms cut to the record
 * before they are smoothed, as the conventions of other tools have it.
 */
export class FullRate implements ScaleSource {
  readonly precision = "double";
  readonly #options: FullRateOptions;
  readonly #daughters: Daughters;
  readonly #smoother: TimeSmoother;
  readonly #waves: Float64Array<ArrayBuffer>[];
  readonly #product: Float64Array<ArrayBuffer>;
  readonly #powers: Float64Array<ArrayBuffer>;
  readonly #cross: Float64Array<ArrayBuffer>;
  readonly #engine = new SpectralEngine();
  readonly #stride: number;
  /** The rows of each scale in the window, in turn. */
  readonly #ring: { at: number; rows: Float64Array[] }[];
  readonly #neighbours: number;
  readonly #average: number;
  #spectra: Float64Array[] = [];
  #next = 0;

  constructor(options: FullRateOptions) {
    const { n, mother, scales, size, every, window: { weights }, convention } = this.#options = options;
    const exact = convention === "exact", smoothed = exact ? size : nextPowerOfTwo(n), { length } = weights;
    this.#daughters = new Daughters({ mother, scales, size, convention, n });
    this.#smoother = new TimeSmoother(smoothed, mother, exact ? n : undefined);
    this.#waves = [new Float64Array(2 * size), new Float64Array(2 * size)];
    this.#product = new Float64Array(2 * size);
    this.#powers = new Float64Array(2 * smoothed);
    this.#cross = new Float64Array(2 * smoothed);
    const times = Math.ceil(n / every), engine = this.#engine, stride = this.#stride = 8 * (times + times % 2);
    // All room is made before the first view, as views end when memory grows.
    this.#neighbours = engine.room("neighbours", 16 * length);
    this.#average = engine.room("average", AVERAGED * stride);
    const places = Array.from({ length }, (_, k) => engine.room(`scale ${k}`, ROWS * stride));
    this.#ring = places.map((at) => ({ at, rows: [] }));
  }

  /** Takes two records, of n samples each. */
  start(x1: Float64Array, x2: Float64Array): void {
    this.#spectra = [x1, x2].map((x) => realSpectrum(x, this.#options.size));
    this.#next = 0;
  }

  /** Lets go of the records. */
  end(): void {
    this.#spectra = [];
  }

  smoothed(j: number): SmoothedRows {
    const { window: { first, weights }, scales } = this.#options, engine = this.#engine, stride = this.#stride;
    const from = Math.max(0, j + first), to = Math.min(scales.length, j + first + weights.length);
    this.#fill(from, to);
    const words = new DataView(engine.run.memory.buffer, this.#neighbours), out = this.#average;
    for (let k = from; k < to; k++) {
      words.setUint32(16 * (k - from), this.#place(k).at, true);
      words.setFloat64(16 * (k - from) + 8, weights[k - j - first], true);
    }
    engine.run.boxcar64(this.#neighbours, to - from, AVERAGED * stride, out);
    return { engine, s11: out, s22: out + stride, re: out + 2 * stride, im: out + 3 * stride, units: [1, 1], unit: 1 };
  }

  cross(j: number): CrossRows {
    this.#fill(j, j + 1);
    const at = this.#place(j).at + AVERAGED * this.#stride;
    return { engine: this.#engine, re: at, im: at + this.#stride, unit: 1 };
  }

  #place(j: number): { at: number; rows: Float64Array[] } {
    return this.#ring[j % this.#ring.length];
  }

  /** Sees to the rows of the scales from `from` up to, but not including, `to`. */
  #fill(from: number, to: number): void {
    for (let k = Math.max(from, this.#next); k < to; k++) this.#smooth(k);
    this.#next = Math.max(this.#next, to);
  }

  /** Transforms both series at scale number `j` and smooths their spectra in time. */
  #smooth(j: number): void {
    const { n, size, every, scales, dt, truncate } = this.#options, powers = this.#powers, cross = this.#cross;
    const [w1, w2] = this.#waves, fft = fftPlan(size);
    for (const [i, wave] of this.#waves.entries()) {
      this.#daughters.apply(j, this.#spectra[i], this.#product);
      fft.inverse(wave, this.#product);
    }
    const count = truncate ? n : size;
    let most1 = 0, most2 = 0;
    for (let i = 0; i < 2 * count; i += 2) {
      const re1 = w1[i], im1 = w1[i + 1], re2 = w2[i], im2 = w2[i + 1];
      const power1 = re1 * re1 + im1 * im1, power2 = re2 * re2 + im2 * im2;
      powers[i] = power1;
      powers[i + 1] = power2;
      cross[i] = re1 * re2 + im1 * im2;
      cross[i + 1] = im1 * re2 - re1 * im2;
      if (power1 > most1) most1 = power1;
      if (power2 > most2) most2 = power2;
    }
    const [s11, s22, s12re, s12im, w12re, w12im] = this.#rows(j), times = Math.ceil(n / every);
    for (let t = 0; t < times; t++) {
      w12re[t] = cross[2 * every * t];
      w12im[t] = cross[2 * every * t + 1];
    }
    powers.fill(0, 2 * count);
    cross.fill(0, 2 * count);
    // Both powers go through one transform, so they are brought to one size first: else the larger one's rounding errors
    // would drown the smaller one.
    const factor1 = most1 > 0 ? 1 / most1 : 0, factor2 = most2 > 0 ? 1 / most2 : 0;
    for (let i = 0; i < 2 * count; i += 2) {
      powers[i] *= factor1;
      powers[i + 1] *= factor2;
    }
    this.#smoother.smooth(powers, j, scales[j]);
    this.#smoother.smooth(cross, j, scales[j]);
    const s = scales[j] * dt;
    for (let t = 0; t < times; t++) {
      const from = 2 * every * t;
      s11[t] = powers[from] * most1 / s;
      s22[t] = powers[from + 1] * most2 / s;
      s12re[t] = cross[from] / s;
      s12im[t] = cross[from + 1] / s;
    }
  }

  /** Views of the rows of scale number `j`; they end when memory grows. */
  #rows(j: number): Float64Array[] {
    const place = this.#place(j), times = Math.ceil(this.#options.n / this.#options.every);
    if (place.rows[0]?.length !== times) {
      place.rows = Array.from({ length: ROWS }, (_, i) => this.#engine.f64(place.at + i * this.#stride, times));
    }
    return place.rows;
  }
}
