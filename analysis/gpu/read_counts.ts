import { addShares, BATCH, type SurrogateCounts, THRESHOLDS } from "../surrogate_counts.ts";

/**
 * Makes of what the passes counted what the task adds up.
 *
 * @param histogram Counts, 32 bits each.
 * @param above For each batch and tested scale the counts above each threshold, 32 bits each.
 * @param simulations How many simulations were counted; the last batch may not be full.
 * @param scales How many scales were tested.
 * @returns The counts.
 */
export function readCounts(
  histogram: ArrayBuffer,
  above: ArrayBuffer,
  simulations: number,
  scales: number,
): SurrogateCounts {
  const batches = Math.floor(simulations / BATCH), counts = new Uint32Array(above);
  const shares = new Float64Array(3 * THRESHOLDS * scales);
  for (let row = 0; row < batches * scales; row++) {
    addShares(shares, row % scales, counts.subarray(THRESHOLDS * row, THRESHOLDS * (row + 1)));
  }
  return { histogram: Float64Array.from(new Uint32Array(histogram)), batches: Float64Array.of(batches), shares };
}
