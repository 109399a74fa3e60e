import { InvalidArgumentError, requireWhole } from "../random/mod.ts";
import { coneOfInfluence } from "./cone_of_influence.ts";
import {
  type Convention,
  type PadOption,
  requireConvention,
  type ScaleWindow,
  scaleWindow,
  transformLength,
} from "./convention.ts";
import { Daughters } from "./daughters.ts";
import { fftPlan, nextPowerOfTwo, realSpectrum } from "./fft.ts";
import { type Mother, motherFrom, type WaveletLike } from "./mother.ts";
import { Multirate } from "./multirate.ts";
import { ScaleAverage, type SpectraAtScale } from "./scale_average.ts";
import { type ScaleAxis, scaleAxis, type ScaleOptions } from "./scale_axis.ts";
import { moments, readSeries, type Series } from "./series.ts";
import { TimeSmoother } from "./time_smoother.ts";

/** The fewest samples of which a transform can be made. */
export const LEAST_SAMPLES = 4;

/** What a coherence plan is made from. */
export interface CoherencePlanOptions extends ScaleOptions {
  /** Number of samples of the records. */
  n: number;
  /** The mother wavelet (default "morlet"). */
  wavelet?: WaveletLike;
  /** Whose details to follow (default "exact"). */
  convention?: Convention;
  /**
   * Whether the transforms are cut to the record before they are smoothed. The default is what the convention does: false for
   * "exact", true for the others. False makes padding, mean and transform those of "exact" in every convention, so that only
   * the window in scale and the cone are the convention's.
   */
  truncate?: boolean;
  /** Whether the mean is removed (default true, but for convention "pycwt" without `normalize`). */
  demean?: boolean;
  /** Whether the series are divided by their standard deviations (default true); coherence does not depend on it. */
  normalize?: boolean;
  /** Padding with zeros: true (default) as the convention has it, false none, or the padded length in samples. */
  pad?: PadOption;
  /** Delivers every so many samples only (default 1, all of them): enough for a picture, at its cost in time and memory. */
  every?: number;
  /** The last scale to deliver (default J). Larger ones are computed only as far as the window in scale needs them. */
  last?: number;
}

/**
 * What is known at one scale, sample by sample; computed when it is read. The arrays belong to the plan and are overwritten at the
 * next scale: copy what you keep.
 */
export interface CoherenceAtScale {
  /** Angle of the cross spectrum before smoothing, in radians, in [-pi, pi]. */
  readonly phase: Float64Array;
  /** Angle of the smoothed cross spectrum, likewise. */
  readonly smoothedPhase: Float64Array;
  /** |S12|^2 / (S11 S22), in [0, 1]; 0 where a series has no power at all. */
  readonly coherence: Float64Array;
  /** Smoothed power of the first series, divided by scale. */
  readonly s11: Float64Array;
  /** Smoothed power of the second series, divided by scale. */
  readonly s22: Float64Array;
  /** Real part of the smoothed cross spectrum W1 conj(W2), divided by scale. */
  readonly s12re: Float64Array;
  /** Its imaginary part. */
  readonly s12im: Float64Array;
  /** Real part of the cross spectrum before smoothing, W1 conj(W2). */
  readonly w12re: Float64Array;
  /** Its imaginary part. */
  readonly w12im: Float64Array;
}

/**
 * Wavelet coherence of records of one length, planned: scales, padded length, wavelets, smoothing. It streams scale by scale,
 * so that it needs little more memory than the scales in the smoothing window.
 *
 * @example The largest coherence at each scale
 * ```ts
 * import { CoherencePlan } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const plan = new CoherencePlan({ n: 64, dt: 1, J: 20 });
 * const y = Float64Array.from({ length: 64 }, (_, t) => Math.sin(t) + Math.sin(t * t));
 * const largest: number[] = [];
 * plan.forEachScale(y, y, (j, { coherence }) => largest[j] = Math.max(...coherence));
 * assert.equal(largest.length, 21);
 * assert.ok(largest.every((value) => Math.abs(value - 1) < 1e-9));
 * ```
 */
export class CoherencePlan {
  /** Number of samples of the records. */
  readonly n: number;
  /** Interval between samples. */
  readonly dt: number;
  /** Octaves between scales. */
  readonly dj: number;
  /** Smallest scale, in the unit of dt. */
  readonly s0: number;
  /** Number of scales less one. */
  readonly J: number;
  /** The last scale that is delivered. */
  readonly last: number;
  /** Every how many samples are delivered. */
  readonly every: number;
  /** How many samples are delivered: 0, `every`, 2 `every`, ... */
  readonly times: number;
  /** The mother wavelet. */
  readonly mother: Mother;
  /** Whose details are followed. */
  readonly convention: Convention;
  /** Whether the transforms are cut to the record before they are smoothed. */
  readonly truncate: boolean;
  /** Whether the mean is removed. */
  readonly demean: boolean;
  /** Whether the series are divided by their standard deviations. */
  readonly normalize: boolean;
  /** All scales, J + 1 of them, in the unit of dt. */
  readonly scales: Float64Array<ArrayBuffer>;
  /** Fourier frequencies, in cycles per unit of dt. */
  readonly freqs: Float64Array<ArrayBuffer>;
  /** Fourier periods, in the unit of dt. */
  readonly periods: Float64Array<ArrayBuffer>;
  /** Cone of influence: at each sample the longest period outside it, in the unit of dt. */
  readonly coi: Float64Array<ArrayBuffer>;
  /** The last scale that has a sample outside the cone, -1 where none has. */
  readonly lastOutside: number;
  /** Number of samples of the padded transform. */
  readonly paddedLength: number;
  /** The smoothing window over scales. */
  readonly window: ScaleWindow;

  /** Whether small scales may have shorter padded lengths of their own. */
  readonly #own: boolean;
  /** The last scale that has to be computed. */
  readonly #end: number;
  /** Made when the first record comes: a plan alone, for its scales and cone, costs next to nothing. */
  #made: Workspace | undefined;

  /** Plans; see {@linkcode CoherencePlanOptions}. */
  constructor(options: CoherencePlanOptions) {
    const { n, wavelet = "morlet", convention = "exact", normalize = true, pad = true } = options;
    requireWhole("n", n, LEAST_SAMPLES);
    requireConvention(convention);
    const { truncate = convention !== "exact" } = options;
    const { demean = convention !== "pycwt" || normalize || !truncate } = options;
    const mother = motherFrom(wavelet);
    const axis: ScaleAxis = scaleAxis(n, options, mother);
    const { last = axis.J, every = 1 } = options;
    requireWhole("every", every, 1);
    requireWhole("last", last, 0);
    if (last > axis.J) throw new InvalidArgumentError("last", last, `at most J, which is ${axis.J}`);
    this.n = n;
    this.last = last;
    this.every = every;
    this.times = Math.ceil(n / every);
    this.mother = mother;
    this.convention = convention;
    this.truncate = truncate;
    this.demean = demean;
    this.normalize = normalize;
    ({ dt: this.dt, dj: this.dj, s0: this.s0, J: this.J } = axis);
    ({ scales: this.scales, freqs: this.freqs, periods: this.periods } = axis);
    this.coi = coneOfInfluence(n, this.dt, mother, convention);
    const middle = this.coi[Math.floor((n - 1) / 2)];
    this.lastOutside = this.periods.findLastIndex((period) => period <= middle);
    this.window = scaleWindow(convention, mother, this.dj);

    const { first, weights } = this.window, behind = first + weights.length - 1;
    this.#end = Math.min(this.J, last + behind);
    const transform: Convention = truncate ? convention : "exact";
    const scales = this.scales.slice(0, this.#end + 1).map((s) => s / this.dt);
    const size = transformLength(pad, transform, { n, scales, mother, dj: this.dj });
    this.paddedLength = size;
    this.#own = pad === true && !truncate;
  }

  /** The samples outside the cone at scale `j`: from `start` up to, but not including, `end`. */
  outside(j: number): { start: number; end: number } {
    const { coi, n } = this, period = this.periods[j];
    let start = 0;
    while (start < n && coi[start] < period) start++;
    if (start === n) return { start: 0, end: 0 };
    let end = n;
    while (coi[end - 1] < period) end--;
    return { start, end };
  }

  /**
   * Computes the coherence of two records and visits the scales 0...last, in order. Each is delivered as soon as its neighbours
   * in the smoothing window are known.
   *
   * @param y1 First record, of n samples.
   * @param y2 Second record, of n samples.
   * @param visit Is called with the scale's number and what is known there. The arrays are overwritten afterwards.
   * @throws {InvalidArgumentError} If a record is not n finite numbers.
   */
  forEachScale(y1: Series, y2: Series, visit: (scale: number, at: CoherenceAtScale) => void): void {
    const x1 = this.#read("y1", y1), x2 = this.#read("y2", y2), { average, multirate } = this.#workspace;
    if (multirate) {
      multirate.start(x1, x2);
      for (let j = 0; j <= this.last; j++) visit(j, average.around(j));
      multirate.end();
      return;
    }
    const [spectrum1, spectrum2] = [x1, x2].map((x) => realSpectrum(x, this.paddedLength));
    const { first, weights } = this.window, behind = first + weights.length - 1;
    for (let j = 0, next = 0; j <= this.#end; j++) {
      this.#smoothScale(j, spectrum1, spectrum2, average.at(j));
      for (; next <= this.last && Math.min(next + behind, this.J) <= j; next++) visit(next, average.around(next));
    }
  }

  get #workspace(): Workspace {
    if (this.#made) return this.#made;
    const { n, dt, paddedLength: size, mother, every, times } = this, own = this.#own;
    const transform: Convention = this.truncate ? this.convention : "exact";
    const scales = this.scales.slice(0, this.#end + 1).map((s) => s / this.dt);
    const smoothed = transform === "exact" ? size : nextPowerOfTwo(n);
    if (!this.truncate && Multirate.can({ size, own })) {
      const none = new Float64Array();
      const multirate = new Multirate({ n, dt, mother, scales, size, own, every, window: this.window });
      const average = new ScaleAverage({ first: 0, weights: Float64Array.of(1) }, this.J, times, multirate);
      return this.#made = { average, multirate, wave1: none, wave2: none, product: none, powers: none, cross: none };
    }
    return this.#made = {
      average: new ScaleAverage(this.window, this.J, times),
      daughters: new Daughters({ mother, scales, size, convention: transform, n }),
      smoother: new TimeSmoother(smoothed, mother, transform === "exact" ? n : undefined),
      wave1: new Float64Array(2 * size),
      wave2: new Float64Array(2 * size),
      product: new Float64Array(2 * size),
      powers: new Float64Array(2 * smoothed),
      cross: new Float64Array(2 * smoothed),
    };
  }

  #read(field: string, y: Series): Float64Array<ArrayBuffer> {
    const x = readSeries(field, y);
    if (x.length !== this.n) throw new InvalidArgumentError(field, y, `as long as planned, ${this.n} samples`);
    const { mean, deviation } = moments(x);
    const shift = this.demean ? mean : 0, factor = this.normalize && deviation > 0 ? deviation : 1;
    for (let t = 0; t < x.length; t++) x[t] = (x[t] - shift) / factor;
    return x;
  }

  /** Transforms both series at scale `j` and smooths their spectra in time. */
  #smoothScale(j: number, spectrum1: Float64Array, spectrum2: Float64Array, to: SpectraAtScale): void {
    const { wave1: w1, wave2: w2, powers, cross, product, daughters, smoother } = this.#workspace;
    if (!daughters || !smoother) return;
    const fft = fftPlan(this.paddedLength);
    daughters.apply(j, spectrum1, product);
    fft.inverse(w1, product);
    daughters.apply(j, spectrum2, product);
    fft.inverse(w2, product);
    const count = this.truncate ? this.n : this.paddedLength;
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
    const { times, every } = this;
    for (let t = 0; t < times; t++) {
      to.w12re[t] = cross[2 * every * t];
      to.w12im[t] = cross[2 * every * t + 1];
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
    const s = this.scales[j];
    smoother.smooth(powers, j, s / this.dt);
    smoother.smooth(cross, j, s / this.dt);
    for (let t = 0; t < times; t++) {
      const from = 2 * every * t;
      to.s11[t] = powers[from] * most1 / s;
      to.s22[t] = powers[from + 1] * most2 / s;
      to.s12re[t] = cross[from] / s;
      to.s12im[t] = cross[from + 1] / s;
    }
  }
}

/** What the work on records needs. */
interface Workspace {
  /** Where nothing is cut before it is smoothed, this does it all. */
  readonly multirate?: Multirate;
  readonly daughters?: Daughters;
  readonly smoother?: TimeSmoother;
  readonly wave1: Float64Array<ArrayBuffer>;
  readonly wave2: Float64Array<ArrayBuffer>;
  readonly product: Float64Array<ArrayBuffer>;
  readonly powers: Float64Array<ArrayBuffer>;
  readonly cross: Float64Array<ArrayBuffer>;
  readonly average: ScaleAverage;
}
