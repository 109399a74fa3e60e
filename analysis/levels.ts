/** Bins of the histogram of coherence at each scale: bin `b` counts values in [b/1024, (b+1)/1024), the last also 1. */
export const BINS = 1024;

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
