export * from "./random/mod.ts";
export * from "./wavelet/mod.ts";
export * from "./backends/mod.ts";
export * from "./analysis/mod.ts";
export * from "./plots/mod.ts";
export * from "./runs/mod.ts";
