import { InvalidArgumentError, requireOneOf, requireWhole } from "../random/mod.ts";
import { coneOfInfluence } from "./cone_of_influence.ts";
import {
  type Convention,
  type PadOption,
  requireConvention,
  type ScaleWindow,
  scaleWindow,
  transformLength,
} from "./convention.ts";
import { FullRate } from "./full_rate.ts";
import { type Mother, motherFrom, type WaveletLike } from "./mother.ts";
import { Multirate } from "./multirate.ts";
import { type CoherenceAtScale, type Samples, samples, ScaleReader } from "./coherence_at_scale.ts";
import type { Precision } from "./spectral/spectral_engine.ts";
import { SCALE_OPTIONS, type ScaleAxis, scaleAxis, type ScaleOptions } from "./scale_axis.ts";
import { moments, readSeries, type Series } from "./series.ts";
import type { OptionNames } from "./known_options.ts";

/** The fewest samples of which a transform can be made. */
export const LEAST_SAMPLES = 4;

/** What a coherence plan is made from. */
export interface CoherencePlanOptions<P extends Precision = "double"> extends ScaleOptions {
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
  /**
   * The numbers that are delivered: "double" (default), or "single" in half of the memory and less time. Single coherence is right
   * to 5e-5 where the smoothed powers are above 1e-3 of their largest at the scale; the error grows as they vanish.
   */
  precision?: P;
  /** The last scale to deliver (default J). Larger ones are computed only as far as the window in scale needs them. */
  last?: number;
}

/** Names of the options that a plan shares with {@linkcode wct}. */
export const COHERENCE_OPTIONS: OptionNames<Omit<CoherencePlanOptions, "n" | "truncate" | "last">> = {
  ...SCALE_OPTIONS,
  wavelet: true,
  convention: true,
  demean: true,
  normalize: true,
  pad: true,
  every: true,
  precision: true,
};

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
export class CoherencePlan<P extends Precision = "double"> {
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
  /** The numbers that are delivered. */
  readonly precision: P;

  /** Whether small scales may have shorter padded lengths of their own. */
  readonly #own: boolean;
  /** The last scale that has to be computed. */
  readonly #end: number;
  /** Made when the first record comes, as a plan alone costs next to nothing; not here while in use, as `visit` may use the plan too. */
  #made: { source: Multirate | FullRate; reader: ScaleReader<P> } | undefined;

  /** Plans; see {@linkcode CoherencePlanOptions}. */
  constructor(options: CoherencePlanOptions<P>) {
    const { n, wavelet = "morlet", convention = "exact", normalize = true, pad = true } = options;
    requireWhole("n", n, LEAST_SAMPLES);
    requireConvention(convention);
    const { truncate = convention !== "exact" } = options;
    const { demean = convention !== "pycwt" || normalize || !truncate } = options;
    const mother = motherFrom(wavelet);
    const axis: ScaleAxis = scaleAxis(n, options, mother);
    const { last = axis.J, every = 1, precision = "double" as P } = options;
    requireWhole("every", every, 1);
    requireOneOf("precision", precision, ["double", "single"]);
    requireWhole("last", last, 0);
    if (last > axis.J) throw new InvalidArgumentError("last", last, `at most J, which is ${axis.J}`);
    this.n = n;
    this.last = last;
    this.every = every;
    this.times = Math.ceil(n / every);
    this.precision = precision;
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
  forEachScale(y1: Series, y2: Series, visit: (scale: number, at: CoherenceAtScale<P>) => void): void {
    const x1 = this.#read("y1", y1), x2 = this.#read("y2", y2), made = this.#take(), { source, reader } = made;
    source.start(x1, x2);
    for (let j = 0; j <= this.last; j++) visit(j, reader.at(j));
    source.end();
    this.#made = made;
  }

  /**
   * Computes the coherence of two records at the scales 0...last.
   *
   * @param y1 First record, of n samples.
   * @param y2 Second record, of n samples.
   * @param names What is wanted.
   * @returns Matrices of it, row-major, shape [last + 1, times].
   * @throws {InvalidArgumentError} If a record is not n finite numbers.
   */
  matrices<K extends keyof CoherenceAtScale>(y1: Series, y2: Series, ...names: K[]): Record<K, Samples<P>> {
    const x1 = this.#read("y1", y1), x2 = this.#read("y2", y2), made = this.#take(), { source, reader } = made;
    const { times, last, precision } = this;
    const whole = names.map((name) => [name, samples(precision, (last + 1) * times)] as const);
    source.start(x1, x2);
    for (let j = 0; j <= last; j++) {
      const rows = whole.map(([name, all]) => [name, all.subarray(j * times, (j + 1) * times)]);
      const at = reader.at(j, Object.fromEntries(rows));
      for (const name of names) void at[name];
    }
    source.end();
    this.#made = made;
    return Object.fromEntries(whole) as Record<K, Samples<P>>;
  }

  #take(): { source: Multirate | FullRate; reader: ScaleReader<P> } {
    const made = this.#made ?? this.#make();
    this.#made = undefined;
    return made;
  }

  #make(): { source: Multirate | FullRate; reader: ScaleReader<P> } {
    const { n, dt, paddedLength: size, mother, every, truncate, precision, window } = this, own = this.#own;
    const scales = this.scales.slice(0, this.#end + 1).map((s) => s / dt);
    const options = { n, dt, mother, scales, size, every: Math.min(every, n), window };
    const source = !truncate && Multirate.can({ size, own, precision })
      ? new Multirate({ ...options, own, precision })
      : new FullRate({ ...options, truncate, convention: truncate ? this.convention : "exact" });
    return { source, reader: new ScaleReader(source, this.times, precision) };
  }

  #read(field: string, y: Series): Float64Array<ArrayBuffer> {
    const x = readSeries(field, y);
    if (x.length !== this.n) throw new InvalidArgumentError(field, y, `as long as planned, ${this.n} samples`);
    const { mean, deviation } = moments(x);
    const shift = this.demean ? mean : 0, factor = this.normalize && deviation > 0 ? deviation : 1;
    for (let t = 0; t < x.length; t++) x[t] = (x[t] - shift) / factor;
    return x;
  }
}
