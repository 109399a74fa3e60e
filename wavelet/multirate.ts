import { canSample } from "./band_samples.ts";
import { type Band, Daughters } from "./daughters.ts";
import type { Mother } from "./mother.ts";
import { recordLength } from "./record_lengths.ts";
import {
  fastDivisor,
  giveEngineBack,
  isFast,
  POINT,
  SHARE_UP_TO,
  SpectralEngine,
  type SpectralTransform,
  takeEngine,
} from "./spectral_engine.ts";
import { smoothingResponse } from "./time_smoother.ts";

/** What multirate spectra are made from. */
export interface MultirateOptions {
  /** Samples of the records. */
  n: number;
  mother: Mother;
  /** Scales, in samples. */
  scales: Float64Array;
  /** Interval between samples. */
  dt: number;
  /** The padded length of the largest scale. */
  size: number;
  /** Whether small scales may have shorter padded lengths of their own. */
  own: boolean;
  /** Every how many samples are wanted. */
  every: number;
}

/** Powers and cross spectra at one scale: rows of ceil(n / every) samples, to be filled. */
export interface SpectraAtScale {
  /** Smoothed power of the first series, divided by scale. */
  readonly s11: Float64Array;
  /** Smoothed power of the second series, divided by scale. */
  readonly s22: Float64Array;
  /** Real part of the smoothed cross spectrum, divided by scale. */
  readonly s12re: Float64Array;
  /** Its imaginary part. */
  readonly s12im: Float64Array;
  /** Real part of the cross spectrum before smoothing. */
  readonly w12re: Float64Array;
  /** Its imaginary part. */
  readonly w12im: Float64Array;
}

/** Filters of longer records are not kept from one record to the next. */
const KEEP_UP_TO = 4096;

/** What scales of one padded length share. */
interface Level {
  readonly length: number;
  readonly daughters: Daughters;
  readonly responses: Map<number, Float64Array>;
}

/**
 * Powers and cross spectrum of two records, smoothed in time, without truncation in between, at the rates that their bands need.
 *
 * A wavelet at scale s fills B bins, the smoothing G on either side of 0. So products of transforms on M >= B + G samples have
 * no aliases where the smoothing lets anything through: powers, cross spectrum and smoothing are computed on M samples instead
 * of all, and then sampled at full rate, which is exact.
 */
export class Multirate {
  readonly #options: MultirateOptions;
  readonly #lengths: Float64Array;
  /** Every how many samples are computed: all, where the transforms do not know the number's prime factors. */
  readonly #step: number;
  readonly #levels = new Map<number, Level>();
  #records: [Float64Array, Float64Array] = [new Float64Array(), new Float64Array()];
  #engine: SpectralEngine | undefined;
  #spectra: { level: Level; at: number; order: number; engine: SpectralEngine } | undefined;

  /** Plans; {@linkcode Multirate.can} tells whether it is possible. */
  constructor(options: MultirateOptions) {
    const { n, mother, scales, size, own, every } = this.#options = options;
    this.#step = isFast(every) && (own || canSample(size / every, "double")) ? every : 1;
    const factor = 2 * this.#step;
    this.#lengths = scales.map((s) => own ? recordLength(s, { n, size, mother, factor }) : size);
  }

  /** Whether records padded to `size` samples can be treated so. */
  static can({ size, own }: Pick<MultirateOptions, "size" | "own">): boolean {
    return own || canSample(size, "double");
  }

  /** Takes two records, of n samples each. */
  start(x1: Float64Array, x2: Float64Array): void {
    this.#records = [x1, x2];
    this.#spectra = undefined;
    if (x1.length <= SHARE_UP_TO) this.#engine ??= takeEngine();
  }

  /** Lets go of the records, and of what is needed for them. */
  end(): void {
    if (this.#engine) giveEngineBack(this.#engine);
    this.#engine = this.#spectra = undefined;
    this.#records = [new Float64Array(), new Float64Array()];
  }

  /** Writes what the records have at scale number `j` into `to`. */
  at(j: number, to: SpectraAtScale): void {
    const { level, at: spectra, order, engine } = this.#transformed(j), { length: n } = level, { run } = engine;
    const frequencies = { n, spectra, order };
    const { scales, every, dt } = this.#options, step = this.#step, jump = every / step, s = scales[j];
    const band = level.daughters.band(j), bins = band.values.length, response = this.#response(level, j);
    const half = response.length - 1, thin = n / step;
    const length = fastDivisor(n, Math.max(bins + half, 2 * half)), shorter = fastDivisor(thin, bins);
    const plan = engine.transform(length), final = engine.transform(shorter);
    const filter = engine.transform(fastDivisor(thin, Math.min(length, 2 * half + 1)));
    const circle = engine.circle(n), thinCircle = engine.circle(thin);
    const most = Math.max(bins, length),
      state = engine.room("state", POINT * most),
      steps = engine.room("steps", 16 * most);
    const work = engine.room("work", POINT * Math.max(length, shorter, filter.length));
    const powers = engine.room("powers", POINT * length), rows = engine.room("rows", 32 * thin);

    // The transforms' samples on the coarse grid, powers and cross spectrum there.
    writeBand(engine, band, frequencies, state);
    run.steps64(band.first, bins, n, circle, steps);
    run.pair64(plan.plan, state, steps, band.first, bins, work);
    run.powers64(work, plan.order, length, powers);
    const [most1, most2] = equalize(engine.f64(powers, 4 * length));
    run.transform64(plan.plan, powers);

    // The cross spectrum before smoothing, at full rate.
    writeBand(engine, band, frequencies, state);
    run.steps64(band.first, bins, thin, thinCircle, steps);
    const phases = thin / shorter;
    for (let p = 0; p < phases; p++) {
      run.pair64(final.plan, state, steps, band.first, bins, work);
      run.cross64(work, final.order, shorter, rows + 8 * p, rows + 8 * thin + 8 * p, 8 * phases);
    }
    copyRow(engine.f64(rows, thin), jump, 1, to.w12re);
    copyRow(engine.f64(rows + 8 * thin, thin), jump, 1, to.w12im);

    // Powers and cross spectrum smoothed, at full rate.
    const first = 2 * half === length ? 1 - half : -half, kept = Math.min(length, 2 * half + 1);
    writeSmoothed(engine, response, { first, bins: kept, powers, plan }, state);
    run.steps64(first, kept, thin, thinCircle, steps);
    const turns = thin / filter.length;
    run.smoothed64(filter.plan, filter.order, state, steps, first, kept, work, rows, 8 * thin, 8 * turns, turns);
    const factor = 1 / (s * dt), outputs = [to.s11, to.s22, to.s12re, to.s12im];
    for (const [i, share] of [most1 * factor, most2 * factor, factor, factor].entries()) {
      copyRow(engine.f64(rows + 8 * thin * i, thin), jump, share, outputs[i]);
    }
  }

  #response(level: Level, j: number): Float64Array {
    const { mother, scales, n } = this.#options;
    let response = level.responses.get(j);
    if (!response) {
      response = smoothingResponse(level.length, mother, scales[j], n);
      if (n <= KEEP_UP_TO) level.responses.set(j, response);
    }
    return response;
  }

  /** The level of scale number `j`, with the records' spectra. */
  #transformed(j: number): { level: Level; at: number; order: number; engine: SpectralEngine } {
    const length = this.#lengths[j];
    if (this.#spectra?.level.length === length) return this.#spectra;
    const { n, mother, scales } = this.#options;
    let level = this.#levels.get(length);
    if (!level) {
      const once = n > KEEP_UP_TO,
        daughters = new Daughters({ mother, scales, size: length, convention: "exact", n, once });
      level = { length, daughters, responses: new Map() };
      if (!once) this.#levels.set(length, level);
    }
    const [x1, x2] = this.#records,
      engine = this.#engine ?? new SpectralEngine(),
      { at } = engine.spectra(x1, x2, length);
    this.#spectra = { level, at, order: engine.transform(length).order, engine };
    return this.#spectra;
  }
}

/** Writes every so many samples of a row, times a factor. */
function copyRow(row: Float64Array, every: number, factor: number, out: Float64Array): void {
  for (let t = 0, from = 0; t < out.length; t++, from += every) out[t] = row[from] * factor;
}

/** Writes both records' bins of a band, filtered, over the length. The mother's turn is left out, as it cancels. */
function writeBand(
  engine: SpectralEngine,
  { first, values }: Band,
  { n, spectra, order }: { n: number; spectra: number; order: number },
  state: number,
): void {
  const bins = values.length, to = engine.f64(state, 4 * bins), from = engine.f64(spectra, 4 * n);
  const offsets = new Uint32Array(engine.run.memory.buffer, order, n), factor = 1 / n;
  for (let i = 0, k = ((first % n) + n) % n; i < bins; i++, k = k + 1 === n ? 0 : k + 1) {
    const at = offsets[k] / 8, value = values[i] * factor;
    to[4 * i] = from[at + 2] * value;
    to[4 * i + 1] = from[at + 3] * value;
    to[4 * i + 2] = from[at] * value;
    to[4 * i + 3] = from[at + 1] * value;
  }
}

/** Writes the smoothed bins of transformed powers and cross spectrum, over the length. */
function writeSmoothed(
  engine: SpectralEngine,
  response: Float64Array,
  { first, bins, powers, plan }: { first: number; bins: number; powers: number; plan: SpectralTransform },
  state: number,
): void {
  const { length, order } = plan, to = engine.f64(state, 4 * bins), from = engine.f64(powers, 4 * length);
  const offsets = new Uint32Array(engine.run.memory.buffer, order, length), factor = 1 / length;
  for (let i = 0, k = first; i < bins; i++, k++) {
    const at = offsets[k < 0 ? k + length : k] / 8, value = response[Math.abs(k)] * factor;
    to[4 * i] = from[at + 2] * value;
    to[4 * i + 1] = from[at + 3] * value;
    to[4 * i + 2] = from[at] * value;
    to[4 * i + 3] = from[at + 1] * value;
  }
}

/**
 * Divides both powers by their largest values, and returns these. Both go through one transform: else the larger one's rounding
 * errors would drown the smaller one.
 */
function equalize(points: Float64Array): [number, number] {
  let most1 = 0, most2 = 0;
  for (let i = 0; i < points.length; i += 4) {
    if (points[i + 2] > most1) most1 = points[i + 2];
    if (points[i] > most2) most2 = points[i];
  }
  const factor1 = most1 > 0 ? 1 / most1 : 0, factor2 = most2 > 0 ? 1 / most2 : 0;
  for (let i = 0; i < points.length; i += 4) {
    points[i + 2] *= factor1;
    points[i] *= factor2;
  }
  return [most1, most2];
}
