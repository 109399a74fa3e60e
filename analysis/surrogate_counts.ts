/** Bins of the histogram of coherence at each scale: bin `b` counts values in [b/1024, (b+1)/1024), the last also 1. */
export const BINS = 1024;

/** What surrogates add up to. All numbers are whole, so that any grouping gives the same bits. */
export interface SurrogateCounts {
  /** Counts of coherence, row-major, shape [tested scales, {@linkcode BINS}]. */
  readonly histogram: Float64Array;
  /** How many full batches of {@linkcode BATCH} surrogates there are. */
  readonly batches: Float64Array;
  /**
   * For the standard error: three sums over full batches at each of {@linkcode THRESHOLDS} thresholds. That of the share of a
   * batch above the threshold in units of 2^-16, and those of its square's high and low half, so that the square's sum is
   * 65536 times the second plus the third. Shape [tested scales, THRESHOLDS, 3].
   */
  readonly shares: Float64Array;
}

/** Adds the shares of one batch: the counts above each threshold, of which the first is all there are. */
export function addShares(shares: Float64Array, scale: number, above: ArrayLike<number>): void {
  for (let k = 0, at = 3 * THRESHOLDS * scale; k < THRESHOLDS; k++) {
    const share = Math.round(above[k] / above[0] * 65536), square = share * share, high = Math.floor(square / 65536);
    shares[at++] += share;
    shares[at++] += high;
    shares[at++] += square - 65536 * high;
  }
}

/**
 * The most surrogates of a record of n samples that can be counted: up to here every sum is a whole number below 2^53, whose bits
 * do not depend on the order of adding.
 */
export function mostSurrogates(n: number): number {
  // A sample counts once in a bin. A batch adds at most 2^16 to each sum.
  return Math.floor(2 ** 53 / Math.max(n, 2 ** 16 / BATCH));
}

/** Surrogates whose spread tells the standard error: surrogates are independent, samples of one are not. */
export const BATCH = 16;
/** Thresholds on [0, 1] at which shares of batches are kept. */
export const THRESHOLDS = 64;
