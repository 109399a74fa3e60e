import { longestLag, reach } from "./convention.ts";
import { isCut } from "./cut_spectrum.ts";
import type { Mother } from "./mother.ts";
import { cheapLength, fastLength } from "./spectral/spectral_engine.ts";

/** What may wrap around, as a share, where a scale has a padded length of its own. */
const WRAPS = 1e-13;
/** The fewest zeros, as a share of the record. They grow fourfold from length to length, as each one costs transforms of the
 * record, and of all scales that are averaged with its first. */
const LEAST_ZEROS = 1 / 32;

/** What padded lengths depend on. */
export interface RecordLengthOptions {
  /** Samples of the record. */
  n: number;
  /** The padded length of the largest scale, which none exceeds but to be a multiple of `factor`. */
  size: number;
  mother: Mother;
  /** Of what all lengths are multiples. */
  factor: number;
}

/**
 * The padded length at a scale. Small scales reach over few zeros, so that they need not be padded as far as the largest one.
 *
 * @param s The scale, in samples.
 * @param cut Whether the Nyquist frequency cuts the wavelet: then all lags must be within half of the length.
 * @returns A length of at least n samples without prime factors other than 2, 3 and 5 and those of `factor`.
 */
export function recordLength(
  s: number,
  { n, size, mother, factor }: RecordLengthOptions,
  cut: boolean = isCut(mother, s),
): number {
  const base = cut ? 2 * n : n;
  const zeros = Math.max(n + s * reach(mother, WRAPS), cut ? 2.1 * longestLag(n, s, mother) + 2 : 0) - base;
  const steps = Math.max(0, Math.ceil(Math.log2(zeros / n / LEAST_ZEROS) / 2));
  const least = Math.ceil(base + LEAST_ZEROS * n * 4 ** steps),
    length = least < size ? cheapLength(least, factor) : size;
  return length < size ? length : fastLength(size, factor);
}
