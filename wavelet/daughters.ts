import { type Convention, longestLag } from "./convention.ts";
import { cutSpectrum } from "./cut_spectrum.ts";
import type { Mother } from "./mother.ts";

/** Filters are kept while all of them together are at most this many numbers (64 MiB); else they are made when needed. */
const KEEP_AT_MOST = 2 ** 23;

/** Points of the table for single precision, whose straight lines are right to 1e-8. */
const TABLE = 2 ** 16;
/** A share of the peak that cannot be seen in single precision. */
const FAINT = 1e-9;
/** The table serves scales of which so many fit into the padded length. */
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
  /** Filters for numbers in single precision: from a table, and only where they can be seen there. */
  single?: boolean;
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
  readonly #exact: Shape;
  readonly #tabulated: Shape | undefined;

  constructor(options: DaughterOptions) {
    this.#options = options;
    const { mother, scales, size, convention, once, single } = options;
    const step = convention !== "pycwt"; // which leaves out the step of the Morlet wavelet at zero
    const [low, high] = mother.support(step);
    this.#exact = { low, high, amplitude: (w) => mother.amplitude(w, step) };
    if (single) this.#tabulated = tabulated(this.#exact);
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
  band(j: number): Band {
    const kept = this.#kept[j];
    if (kept) return kept;
    const band = this.#make(j);
    if (this.#keep) this.#kept[j] = band;
    return band;
  }

  #make(j: number): Band {
    const { mother, scales, size, convention, n } = this.#options;
    const s = scales[j], norm = Math.sqrt(2 * Math.PI * s);
    // Where bins are few, a scale may lie below all but the faintest of them.
    const { low, high, amplitude } = size >= MANY_BINS * s && this.#tabulated || this.#exact;
    const response = (w: number) => norm * amplitude(s * w);
    if (convention === "exact" && size >= 2 * n) {
      const cut = cutSpectrum({ response, peak: norm / 2, size, lag: longestLag(n, s, mother), low: low / s });
      if (cut) return cut;
    }
    const bin = 2 * Math.PI / size, half = size / 2;
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

/** A mother's amplitude, and where it can be seen. */
interface Shape {
  readonly low: number;
  readonly high: number;
  readonly amplitude: (w: number) => number;
}

/** The amplitude by straight lines between close points, where it can be seen in single precision. */
function tabulated({ low, high, amplitude }: Shape): Shape {
  const step = (high - low) / (TABLE - 1),
    table = Float64Array.from({ length: TABLE + 1 }, (_, i) => amplitude(low + i * step));
  const faint = FAINT * table.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const seen = (value: number) => Math.abs(value) > faint;
  return {
    low: low + step * (Math.max(1, table.findIndex(seen)) - 1),
    high: low + step * (table.findLastIndex(seen) + 1),
    amplitude: (w) => {
      const x = (w - low) / step;
      if (!(x >= 0 && x < TABLE)) return 0;
      const i = Math.floor(x), value = table[i];
      return value + (x - i) * (table[i + 1] - value);
    },
  };
}
