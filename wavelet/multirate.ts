import { bandRoom, type BandRows, canSample, sampleBands } from "./spectral/band_samples.ts";
import type { ScaleWindow } from "./convention.ts";
import type { BandInRoom } from "./cut_spectrum.ts";
import { Daughters } from "./daughters.ts";
import type { Mother } from "./mother.ts";
import { recordLength } from "./record_lengths.ts";
import type { CrossRows, ScaleSource, SmoothedRows } from "./coherence_at_scale.ts";
import { look, smoothingTable } from "./spectral/shape_table.ts";
import {
  fastDivisor,
  giveEngineBack,
  isFast,
  POINT,
  type Precision,
  SHARE_UP_TO,
  SpectralEngine,
  takeEngine,
} from "./spectral/spectral_engine.ts";
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
  /** The smoothing window over scales. */
  window: ScaleWindow;
  /** The numbers of the rows; with "single" filters are read only as far as these can tell. */
  precision: Precision;
}

/** Padded lengths are multiples of it, so that samples can be interpolated. */
const FACTOR: Readonly<Record<Precision, number>> = { double: 8, single: 32 };
/** The smoothing's response at the Nyquist frequency that cannot be heard ringing. */
const RINGING = 1e-8;
/** A power whose inverse is finite. */
const FAINTEST = 1e-300;

/** Filters of longer records are not kept from one record to the next. */
const KEEP_UP_TO = 4096;

/** What scales of one padded length share. */
interface Level {
  readonly length: number;
  readonly daughters: Daughters;
  readonly responses: Map<number, Float64Array>;
}

/** Points of a band of both records, and where their sizes are. */
interface Filtered extends Omit<BandInRoom, "at"> {
  readonly state: number;
  readonly sizes: number;
}

/** The records' spectra at one padded length, and the scales of which smoothed spectra are at hand. */
interface Transformed {
  readonly level: Level;
  readonly engine: SpectralEngine;
  readonly spectra: number;
  /** Of each place in the ring: whose spectra it has, and their bins beside bin 0. */
  readonly ring: { scale: number; half: number; at: number }[];
}

/**
 * Powers and cross spectrum of two records, smoothed in time and over scales, without truncation in between, at the rates that
 * their bands need.
 *
 * A wavelet at scale s fills B bins, the smoothing G on either side of 0. So products of transforms on M >= B + G samples have
 * no aliases where the smoothing lets anything through: powers, cross spectrum and smoothing are computed on M samples instead
 * of all. As spectra they are averaged over scales, and only then sampled at full rate.
 */
export class Multirate implements ScaleSource {
  readonly precision: Precision;
  readonly #options: MultirateOptions;
  /** The padded length at each scale, for what is not smoothed and for what is. */
  readonly #lengths: { cross: Float64Array; smoothed: Float64Array };
  /** Every how many samples are computed: all, where the transforms do not know the number's prime factors. */
  readonly #step: number;
  readonly #levels = new Map<number, Level>();
  #records: [Float64Array, Float64Array] = [new Float64Array(), new Float64Array()];
  #engine: SpectralEngine | undefined;
  /** For what is smoothed, and for what is not. */
  #transformed: { smoothed?: Transformed; cross?: Transformed } = {};

  /** Plans; {@linkcode Multirate.can} tells whether it is possible. */
  constructor(options: MultirateOptions) {
    const { n, mother, scales, size, own, every, window, precision } = this.#options = options;
    this.precision = precision;
    this.#step = isFast(every) && (own || canSample(size / every, precision)) ? every : 1;
    const of = { n, size, mother, factor: FACTOR[precision] * this.#step };
    const cross = scales.map((s) => own ? recordLength(s, of) : size);
    // What the Nyquist frequency cuts rings on and on: in the transform, but not in what is smoothed, unless that is cut as well.
    const least = scales.map((s, j) =>
      own && mother.smooth(Math.PI * s) < RINGING ? recordLength(s, of, false) : cross[j]
    );
    // Neighbours are averaged at one length, which does for all of them.
    const end = window.first + window.weights.length;
    const smoothed = least.map((_, j) => Math.max(...least.subarray(Math.max(0, j + window.first), j + end)));
    this.#lengths = { cross, smoothed };
  }

  /** Whether records padded to `size` samples can be treated so. */
  static can({ size, own, precision }: Pick<MultirateOptions, "size" | "own" | "precision">): boolean {
    return own || canSample(size, precision);
  }

  /** Takes two records, of n samples each. */
  start(x1: Float64Array, x2: Float64Array): void {
    this.#records = [x1, x2];
    this.#transformed = {};
    if (x1.length <= SHARE_UP_TO) this.#engine ??= takeEngine();
  }

  /** Lets go of the records, and of what is needed for them. */
  end(): void {
    if (this.#engine) giveEngineBack(this.#engine);
    this.#engine = undefined;
    this.#transformed = {};
    this.#records = [new Float64Array(), new Float64Array()];
  }

  smoothed(j: number): SmoothedRows {
    const { scales, window: { first, weights }, dt } = this.#options,
      transformed = this.#at(j, "smoothed"),
      { engine, level } = transformed;
    const neighbours = engine.room("neighbours", 16 * weights.length);
    let half = 0;
    const found = Array.from(weights, (weight, i) => ({ weight, k: j + first + i }))
      .filter(({ weight, k }) => weight !== 0 && k >= 0 && k < scales.length)
      .map(({ weight, k }) => ({ ...this.#spectra(k, transformed), weight: weight / (scales[k] * dt) }));
    const words = new DataView(engine.run.memory.buffer, neighbours);
    for (const [i, { at, half: own, weight }] of found.entries()) {
      half = Math.max(half, own);
      words.setUint32(16 * i, at, true);
      words.setUint32(16 * i + 4, own + 1, true);
      words.setFloat64(16 * i + 8, weight, true);
    }
    const bins = 2 * half + 1, sum = engine.room("sum", 64 * (half + 1)), points = bandRoom(engine, { bands: 2, bins });
    engine.run.gather64(neighbours, found.length, half + 1, sum);
    // Both powers are one complex series, so they are brought to one size.
    const means = engine.f64(sum, 3), [unit1, unit2] = [means[0], means[2]].map((mean) => mean >= FAINTEST ? mean : 0);
    const [root1, root2] = [unit1, unit2].map((unit) => unit > 0 ? 1 / Math.sqrt(unit) : 0);
    engine.run.bands64(sum, half, root1, root2, points);
    if (2 * half === level.length) engine.f64(points, 1).fill(0), engine.f64(points + 16, 1).fill(0); // as this bin is the last one too
    const [{ re: s11, im: s22 }, { re, im }] = this.#sample(transformed, { first: -half, bins }, "smoothed ");
    return { engine, s11, s22, units: [unit1, unit2], re, im, unit: Math.sqrt(unit1) * Math.sqrt(unit2) };
  }

  cross(j: number): CrossRows {
    const transformed = this.#at(j, "cross"), { engine } = transformed, { n } = this.#options, { precision } = this;
    const { first, bins, sizes } = this.#filtered(j, transformed, (bins) => bandRoom(engine, { bands: 2, bins }));
    const [size1, size2] = engine.f64(sizes, 2), [a, b] = this.#sample(transformed, { first, bins }, "cross ");
    const multiply = precision === "single" ? engine.run.cross32 : engine.run.cross64;
    multiply(a.re, a.im, b.re, b.im, Math.ceil(n / this.#options.every));
    return { engine, ...a, unit: Math.sqrt(size1) * Math.sqrt(size2) };
  }

  /** Samples two bands in their room as often as is wanted. */
  #sample(
    { engine, level }: Transformed,
    { first, bins }: { first: number; bins: number },
    name: string,
  ): BandRows[] {
    const { n, every } = this.#options, step = this.#step, count = Math.ceil(n / step), { precision } = this;
    const rows = sampleBands(engine, { bands: 2, first, bins, n: level.length / step }, {
      precision,
      count,
      name,
      near: true,
    });
    if (every === step) return rows;
    for (const at of rows.flatMap(({ re, im }) => [re, im])) {
      const row = precision === "single" ? engine.f32(at, count) : engine.f64(at, count);
      for (let t = 0; t < count; t += every) row[t / every] = row[t];
    }
    return rows;
  }

  /** The smoothed spectra at scale number `j`. */
  #spectra(j: number, transformed: Transformed): Transformed["ring"][number] {
    const { engine, level, ring } = transformed, place = ring[j % ring.length];
    if (place.scale === j) return place;
    const { run } = engine, { length: n } = level, { half, at: response } = this.#response(j, transformed);
    const cut = this.#lengths.cross[j] > n, from = cut ? this.#at(j, "cross") : transformed, whole = from.level.length;
    const filtered = this.#filtered(j, from), { first, bins } = filtered;
    const { state, sizes } = from.engine === engine ? filtered : broughtOver(filtered, from.engine, engine);
    const M = cut ? whole : fastDivisor(n, Math.max(bins + half, 2 * half)), plan = engine.transform(M);
    const work = engine.room("work", POINT * M);
    const powers = engine.room("powers", POINT * M);
    const at = engine.room(`ring ${j % ring.length}`, 64 * (half + 1));
    const kept = cut ? engine.transform(n) : plan;
    run.pair64(plan.plan, state, first, bins, work);
    run.powers64(work, plan.order, M, powers);
    if (cut) { // to the shorter length: the record, and half of the zeros on either side
      const before = (n - this.#options.n) >> 1;
      engine.f64(powers, 4 * M).copyWithin(4 * (n - before), 4 * (M - before));
    }
    run.transform64(kept.plan, powers);
    run.smooth64(powers, kept.order, kept.length, half, response, sizes, at);
    return ring[j % ring.length] = { scale: j, half, at };
  }

  /** The points of both records' bins at scale number `j`, over the length; {@linkcode filter64} tells their sizes. */
  #filtered(j: number, { engine, level, spectra }: Transformed, room?: (bins: number) => number): Filtered {
    const { first, bins, at } = level.daughters.write(j, engine);
    const state = room?.(bins) ?? engine.room("state", POINT * bins), sizes = engine.room("sizes", 16);
    engine.run.filter64(spectra, level.length, first, bins, at, state, sizes);
    return { first, bins, state, sizes };
  }

  /** Writes the smoothing's response into the engine's room for it; returns its bins beside bin 0. */
  #response(j: number, { engine, level }: Transformed): { half: number; at: number } {
    const { mother, scales, n } = this.#options, { length } = level, s = scales[j], { precision } = this;
    if (mother.smooth(Math.PI * s) < RINGING) {
      const table = smoothingTable(engine, mother, precision), unit = 2 * Math.PI * s / length;
      const half = Math.min(length >> 1, Math.floor(table.high / unit)), at = engine.room("response", 8 * (half + 1));
      look(engine, table, { first: 0, bins: half + 1, unit, norm: 1, at }, precision);
      return { half, at };
    }
    let response = level.responses.get(j);
    if (!response) {
      const table = smoothingTable(engine, mother, "double");
      const fill = (first: number, count: number, bin: number, to: number) => {
        const unit = s * bin, bins = Math.min(Math.max(-first, first + count - 1), Math.floor(table.high / unit)) + 1;
        const at = engine.room("looked up", 8 * bins);
        look(engine, table, { first: 0, bins, unit, norm: 1, at }, "double");
        const values = engine.f64(at, bins), out = engine.f64(to, count).fill(0), mirrored = out.subarray(0, -first);
        out.set(values.subarray(0, count + first), -first);
        mirrored.set(values.subarray(1, 1 - first));
        mirrored.reverse();
      };
      response = smoothingResponse(length, mother, s, n, { engine, fill });
      if (n <= KEEP_UP_TO) level.responses.set(j, response);
    }
    const at = engine.room("response", 8 * response.length);
    engine.f64(at, response.length).set(response);
    return { half: response.length - 1, at };
  }

  /** The records' spectra at the padded length for scale number `j`. */
  #at(j: number, what: "smoothed" | "cross"): Transformed {
    const length = this.#lengths[what][j], known = this.#transformed[what];
    if (known?.level.length === length) return known;
    const { n, mother, scales, window } = this.#options;
    let level = this.#levels.get(length);
    if (!level) {
      const once = n > KEEP_UP_TO,
        daughters = new Daughters({
          mother,
          scales,
          size: length,
          convention: "exact",
          n,
          once,
          quick: this.precision,
        });
      level = { length, daughters, responses: new Map() };
      if (!once) this.#levels.set(length, level);
    }
    const [x1, x2] = this.#records,
      engine = this.#engine ?? new SpectralEngine(),
      spectra = engine.spectra(x1, x2, length, what);
    const ring = Array.from(window.weights, () => ({ scale: -1, half: 0, at: 0 }));
    return this.#transformed[what] = { level, engine, spectra, ring };
  }
}

/** Copies a filtered band into the memory of another engine: long records have one for each padded length. */
function broughtOver(
  { bins, ...at }: Filtered,
  from: SpectralEngine,
  to: SpectralEngine,
): Pick<Filtered, "state" | "sizes"> {
  const state = to.room("state", POINT * bins), sizes = to.room("sizes", 16);
  to.f64(state, 4 * bins).set(from.f64(at.state, 4 * bins));
  to.f64(sizes, 2).set(from.f64(at.sizes, 2));
  return { state, sizes };
}
