import { BINS, type SurrogateCounts, THRESHOLDS } from "./surrogate_counts.ts";

/**
 * Reads the significance level of each scale from the histogram of the surrogates' coherence: the value that a share
 * `level` of it lies below, linear within a bin.
 *
 * @param histogram Counts, row-major, shape [scales, {@linkcode BINS}].
 * @param level The share below, such as 0.95.
 * @returns One level a scale; NaN where nothing was counted.
 */
export function significanceLevels(histogram: Float64Array, level: number): Float64Array {
  const scales = histogram.length / BINS;
  const levels = new Float64Array(scales).fill(NaN);
  for (let j = 0; j < scales; j++) {
    const counts = histogram.subarray(j * BINS, (j + 1) * BINS);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) continue;
    let below = 0, bin = 0;
    while (below + counts[bin] < level * total) below += counts[bin++];
    levels[j] = (bin + (level * total - below) / counts[bin]) / BINS;
  }
  return levels;
}

/**
 * Estimates the Monte Carlo standard error of each level: the spread, from batch to batch of surrogates, of the share above
 * the level, divided by the density of coherence there.
 *
 * @param levels The levels, one a scale.
 * @param counts What the surrogates added up to.
 * @returns One standard error a scale, in the unit of coherence; NaN where there is no level, or fewer than two full batches.
 */
export function standardErrors(
  levels: Float64Array,
  { histogram, batches: [batches], shares }: SurrogateCounts,
): Float64Array {
  return levels.map((level, j) => {
    if (Number.isNaN(level) || batches < 2) return NaN;
    const k = Math.min(THRESHOLDS - 1, Math.round(level * THRESHOLDS)), at = (j * THRESHOLDS + k) * 3;
    const mean = shares[at] / batches, square = (65536 * shares[at + 1] + shares[at + 2]) / batches;
    const variance = (square - mean * mean) * batches / (batches - 1);
    const counts = histogram.subarray(j * BINS, (j + 1) * BINS);
    // The density over the bins round the level that hold a tenth of the counts above it and as many below.
    const total = counts.reduce((sum, count) => sum + count, 0);
    const tail = (share: number) => significanceLevels(counts, share)[0];
    const share = counts.subarray(0, Math.ceil(level * BINS)).reduce((sum, count) => sum + count, 0) / total;
    const step = (1 - share) / 2, width = tail(Math.min(1, share + step)) - tail(Math.max(0, share - step));
    const density = 2 * step / width;
    // Thresholds are coarse: the spread is that of the nearest one, brought to this share.
    const nearest = mean / 65536,
      scale = nearest > 0 && nearest < 1 ? share * (1 - share) / (nearest * (1 - nearest)) : 1;
    return Math.sqrt(Math.max(0, variance) * scale / batches) / 65536 / density;
  });
}

/**
 * Gives the p-value of every sample: (b + 1) / (m + 1), where m counts the surrogates' values at the scale and b those
 * that are not smaller (Davison and Hinkley 1997, eq. 4.11). Never 0. Values in one bin of the histogram count as equal.
 *
 * @param coherence Coherence, row-major, shape [scales, times].
 * @param histogram Counts, row-major, shape [scales, {@linkcode BINS}].
 * @param trusted Tells whether a sample lies outside the cone of influence.
 * @returns P-values in the shape of `coherence`; NaN inside the cone and at scales without surrogates.
 */
export function pValues(
  coherence: Float64Array,
  histogram: Float64Array,
  trusted: (scale: number, time: number) => boolean,
): Float64Array {
  const scales = histogram.length / BINS, times = coherence.length / scales;
  const values = new Float64Array(coherence.length).fill(NaN);
  const notSmaller = new Float64Array(BINS + 1);
  for (let j = 0; j < scales; j++) {
    for (let b = BINS - 1; b >= 0; b--) notSmaller[b] = notSmaller[b + 1] + histogram[j * BINS + b];
    if (notSmaller[0] === 0) continue;
    for (let t = 0; t < times; t++) {
      if (!trusted(j, t)) continue;
      const bin = Math.min(BINS - 1, Math.floor(coherence[j * times + t] * BINS));
      values[j * times + t] = (notSmaller[bin] + 1) / (notSmaller[0] + 1);
    }
  }
  return values;
}
