/** Bins of the histogram of coherence at each scale: bin `b` counts values in [b/1024, (b+1)/1024), the last also 1. */
export const BINS = 1024;

/** What surrogates add up to. All numbers are whole, so that any grouping gives the same bits. */
export interface SurrogateCounts {
  /** Counts of coherence, row-major, shape [tested scales, {@linkcode BINS}]. */
  readonly histogram: Float64Array;
  /** How many full batches of {@linkcode BATCH} surrogates there are. */
  readonly batches: Float64Array;
  /**
   * For the standard error: the share of a batch above each of {@linkcode THRESHOLDS} thresholds in units of 2^-16, summed over
   * full batches, and its square, summed. Shape [tested scales, THRESHOLDS, 2].
   */
  readonly shares: Float64Array;
}

/** Surrogates whose spread tells the standard error: surrogates are independent, samples of one are not. */
export const BATCH = 16;
/** Thresholds on [0, 1] at which shares of batches are kept. */
export const THRESHOLDS = 64;
