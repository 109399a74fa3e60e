import { requireOneOf } from "../random/mod.ts";

/** Where a figure's HTML in a notebook has plotly.js from. */
export type PlotlyJs = "inline" | "cdn" | "none";

/** Settings of {@linkcode configurePlots}. */
export interface PlotsConfig {
  /**
   * Whether figures in a notebook carry HTML beside Plotly's JSON and the PNG, for viewers that show HTML only, such as pages that
   * nbconvert makes. "inline" puts all of plotly.js into each figure (1.5 MB; works offline), "cdn" loads it from Plotly's own server
   * when the notebook is looked at, "none" leaves the HTML out. Default "none".
   */
  plotlyJs?: PlotlyJs;
}

let current: Required<PlotsConfig> = { plotlyJs: "none" };

/**
 * Sets how figures show themselves in a notebook from now on.
 *
 * @example Figures that stay interactive in a page made from the notebook
 * ```ts
 * import { configurePlots } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * configurePlots({ plotlyJs: "cdn" });
 * assert.deepEqual(configurePlots({ plotlyJs: "none" }), { plotlyJs: "none" });
 * ```
 *
 * @returns The settings now in force.
 * @throws {InvalidArgumentError} If a setting is none of those there are.
 */
export function configurePlots({ plotlyJs = current.plotlyJs }: PlotsConfig = {}): Required<PlotsConfig> {
  requireOneOf("plotlyJs", plotlyJs, ["inline", "cdn", "none"]);
  current = { plotlyJs };
  return { ...current };
}

/** The settings in force. */
export function plotsConfig(): Required<PlotsConfig> {
  return current;
}
