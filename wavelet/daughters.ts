import { type Convention, longestLag } from "./convention.ts";
import { type BandInRoom, type CutFilter, cutSpectrum, isCut } from "./cut_spectrum.ts";
import type { Mother } from "./mother.ts";
import { amplitudeTable, look } from "./spectral/shape_table.ts";
import { giveEngineBack, type Precision, type SpectralEngine, takeEngine } from "./spectral/spectral_engine.ts";

/** Filters are kept while all of them together are at most this many numbers (64 MiB); else they are made when needed. */
const KEEP_AT_MOST = 2 ** 23;

/** Tables serve scales of which so many fit into the padded length: where bins are few, a scale may lie below what they hold. */
const MANY_BINS = 64;

/** What daughters are made from. */
export interface DaughterOptions {
  mother: Mother;
  /** Scales, in samples. */
  scales: Float64Array;
  /** Padded length. */
  size: number;
  convention: Convention;
  /** Length of the series. */
  n: number;
  /** Whether each scale is visited once, so that nothing is worth keeping. */
  once?: boolean;
  /** Reads filters from tables, only as far as they can be seen in this precision. */
  quick?: Precision;
}

/** A filter that is zero but for the bins first, first + 1, ..., of which negative ones are negative frequencies. */
export interface Band {
  first: number;
  values: Float64Array;
}

/** The wavelets of all scales in frequency, normalised to unit energy (Torrence and Compo 1998, equation 6). */
export class Daughters {
  readonly #options: DaughterOptions;
  readonly #keep: boolean;
  readonly #kept: (Band | undefined)[] = [];
  readonly #support: readonly [low: number, high: number];

  constructor(options: DaughterOptions) {
    this.#options = options;
    const { mother, scales, size, convention, once } = options;
    const [low, high] = this.#support = mother.support(hasStep(convention));
    let total = 0;
    for (const s of scales) total += Math.min(size, (high - low) * size / (2 * Math.PI * s));
    this.#keep = !once && total <= KEEP_AT_MOST;
  }

  /** Writes the spectrum of the wavelet transform at scale `j` of the series that has this spectrum into `out`. */
  apply(j: number, spectrum: Float64Array, out: Float64Array): void {
    const { size, mother: { turn } } = this.#options;
    const { first, values } = this.band(j);
    out.fill(0);
    for (let i = 0; i < values.length; i++) {
      const at = 2 * ((first + i + size) % size), value = values[i];
      const re = spectrum[at] * value, im = spectrum[at + 1] * value;
      // Equation 4 takes the conjugate of the wavelet.
      out[at] += re * turn.re + im * turn.im;
      out[at + 1] += im * turn.re - re * turn.im;
    }
  }

  /** The wavelet at scale `j`, real but for the mother's `turn`. */
  band(j: number, engine?: SpectralEngine): Band {
    const kept = this.#kept[j];
    if (kept) return kept;
    const band = this.#make(j, engine);
    if (this.#keep) this.#kept[j] = band;
    return band;
  }

  /** Writes the wavelet at scale `j` into the engine's room for values. */
  write(j: number, engine: SpectralEngine): BandInRoom {
    const { mother, scales, size, convention, quick } = this.#options, s = scales[j];
    if (!quick || this.#keep || size < MANY_BINS * s) return inRoom(engine, this.band(j, engine));
    const table = amplitudeTable(engine, mother, quick, hasStep(convention)), norm = Math.sqrt(2 * Math.PI * s);
    if (this.#mayBeCut && isCut(mother, s)) {
      const fill = (first: number, bins: number, bin: number, at: number) => {
        const unit = s * bin, end = Math.max(0, Math.min(bins, Math.floor(table.high / unit) + 1 - first));
        look(engine, table, { first, bins: end, unit, norm, at }, quick);
        engine.f64(at + 8 * end, bins - end).fill(0);
      };
      const cut = this.#cut(j, engine, fill);
      if (cut) return cut;
    }
    const unit = 2 * Math.PI * s / size, half = Math.floor(size / 2);
    // A wavelet that has a step at frequency 0 has nothing there.
    const least = hasStep(convention) && table.low === 0 ? 1 : Math.ceil(table.low / unit);
    const first = Math.max(-half, least), last = Math.min(half, Math.floor(table.high / unit));
    const bins = Math.max(0, last - first + 1), at = engine.room("values", 8 * bins);
    look(engine, table, { first, bins, unit, norm, at }, quick);
    for (const k of [-size / 2, size / 2]) {
      if (k >= first && k <= last) engine.f64(at, bins)[k - first] *= nyquistShare(k, size / 2, convention);
    }
    return { first, bins, at };
  }

  /** Whether filters are made as they are cut by the Nyquist frequency: where there is room for their ringing. */
  get #mayBeCut(): boolean {
    const { convention, size, n } = this.#options;
    return convention === "exact" && size >= 2 * n;
  }

  /** The filter at scale `j` if the Nyquist frequency cuts it. */
  #cut(j: number, engine: SpectralEngine, fill?: CutFilter["fill"]): BandInRoom | undefined {
    const { scales, mother, size, n } = this.#options, s = scales[j], peak = Math.sqrt(2 * Math.PI * s) / 2;
    const lag = longestLag(n, s, mother), low = this.#support[0] / s;
    return cutSpectrum({ response: this.#response(j), fill, peak, size, lag, low }, engine);
  }

  /** The wavelet at scale `j` by angular frequency, in radians per sample. */
  #response(j: number): (w: number) => number {
    const { scales, mother, convention } = this.#options, s = scales[j], norm = Math.sqrt(2 * Math.PI * s);
    const step = hasStep(convention);
    return (w) => norm * mother.amplitude(s * w, step);
  }

  #make(j: number, given?: SpectralEngine): Band {
    if (this.#mayBeCut) {
      const engine = given ?? takeEngine(), cut = this.#cut(j, engine);
      const values = cut && engine.f64(cut.at, cut.bins).slice();
      if (!given) giveEngineBack(engine);
      if (values) return { first: cut.first, values };
    }
    const { scales, size, convention } = this.#options, [low, high] = this.#support, s = scales[j];
    const response = this.#response(j), bin = 2 * Math.PI / size, half = size / 2;
    const first = Math.max(-Math.floor(half), Math.ceil(low / (s * bin)));
    const last = Math.min(Math.floor(half), Math.floor(high / (s * bin)));
    const values = new Float64Array(Math.max(0, last - first + 1));
    for (let i = 0; i < values.length; i++) {
      values[i] = nyquistShare(first + i, half, convention) * response((first + i) * bin);
    }
    return { first, values };
  }
}

/**
 * The Nyquist bin holds the frequencies +pi and -pi at once: half of each is exact, Grinsted's toolbox calls it positive,
 * pycwt negative.
 */
function nyquistShare(k: number, half: number, convention: Convention): number {
  if (Math.abs(k) !== half) return 1;
  switch (convention) {
    case "exact":
      return 0.5;
    case "grinsted":
      return k > 0 ? 1 : 0;
    case "pycwt":
      return k < 0 ? 1 : 0;
    default:
      return convention satisfies never;
  }
}

/** Whether the Morlet wavelet is cut off at frequency 0. */
function hasStep(convention: Convention): boolean {
  return convention !== "pycwt";
}

function inRoom(engine: SpectralEngine, { first, values }: Band): BandInRoom {
  const at = engine.room("values", 8 * values.length);
  engine.f64(at, values.length).set(values);
  return { first, bins: values.length, at };
}
