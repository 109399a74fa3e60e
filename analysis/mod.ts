export * from "./levels.ts";
export * from "./significance_task.ts";
// export * from "./significant_regions.ts";
// export * from "./wavelet_coherence.ts";
export * from "./wct_significance.ts";
