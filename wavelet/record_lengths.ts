import { longestLag, reach } from "./convention.ts";
import type { Mother } from "./mother.ts";
import { fastLength } from "./spectral_engine.ts";

/** What may wrap around, as a share, where a scale has a padded length of its own. */
const WRAPS = 1e-13;
/** Each length is at least this much longer than the one before, as every one costs a transform of the record. */
const GROWTH = 1.12;

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
 * @returns A length of at least n samples without prime factors other than 2, 3 and 5 and those of `factor`.
 */
export function recordLength(s: number, { n, size, mother, factor }: RecordLengthOptions): number {
  const cut = s <= mother.support()[1] / Math.PI; // see cut_spectrum.ts: all lags must be within half of the length, and some room left
  const need = Math.max(n + s * reach(mother, WRAPS), cut ? 2.3 * longestLag(n, s, mother) + 2 : 0);
  const step = Math.max(0, Math.ceil(Math.log(need / n) / Math.log(GROWTH)));
  const length = fastLength(Math.ceil(n * GROWTH ** step), factor);
  return length < size ? length : fastLength(size, factor);
}
