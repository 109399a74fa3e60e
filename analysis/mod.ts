/**
 * The main job: wavelet coherence with Monte Carlo significance, reproducible to the last bit.
 *
 * @module
 */
export { clearCache } from "./level_cache.ts";
export { pValues, significanceLevels, standardErrors } from "./levels.ts";
export { REGION_TASK, type RegionSpec } from "./region_task.ts";
export { saveAtomically } from "./save_atomically.ts";
export { type SignificanceAxis } from "./significance_spec.ts";
export { ALGORITHM, SIGNIFICANCE_TASK, type SignificanceSpec, significanceTask } from "./significance_task.ts";
export { BATCH, BINS, type SurrogateCounts, THRESHOLDS } from "./surrogate_counts.ts";
export { type PatchMap, regionPValues, type SignificantRegion, significantRegions } from "./significant_regions.ts";
export { type RegionTest, type RegionTestOptions, testRegions } from "./test_regions.ts";
export {
  type CoherenceTestOptions,
  type WaveletCoherence,
  waveletCoherence,
  type WaveletCoherenceOptions,
} from "./wavelet_coherence.ts";
export {
  type SurrogateOptions,
  type WctSignificance,
  wctSignificance,
  type WctSignificanceOptions,
} from "./wct_significance.ts";
