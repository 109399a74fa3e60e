import { drawAnySize } from "./draw_any_size.ts";
import type { Figure } from "./figure.ts";
import { checkKnown } from "./map_options.ts";
import { drawnPeriods, wctDrawer } from "./wct_map.ts";
import { checkWct, type PlotWctOptions, WCT_OPTIONS, type WctFigureInput } from "./wct_options.ts";

/**
 * Draws wavelet coherence as a paper prints it: coherence as colour over time and period, the period on a logarithmic axis that
 * increases downwards (Torrence and Compo 1998; Grinsted et al. 2004), a line around what is significant, a hatched veil over
 * the cone of influence, and arrows for the phase: right = in phase, left = antiphase, down = the first series leads by a quarter of
 * the period. What each of them means is said below the map.
 *
 * Where patches were tested as wholes (`significance.regionCount` of `waveletCoherence`), the line is thick around those whose p-value is
 * no more than 1 - level, and thin around the others.
 *
 * Arrows are drawn where coherence is high, outside the cone of influence. Large maps are thinned by taking samples and numbers are
 * rounded, so that a record of 10,000 samples is less than 300 kB in a notebook.
 *
 * @example Draw a result and look at its time axis
 * ```ts
 * import { plotWct } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * const shape = [3, 4] as const;
 * const result = {
 *   coherence: new Float64Array(12).fill(0.9),
 *   smoothedPhase: new Float64Array(12),
 *   periods: [1, 2, 4],
 *   coi: [1, 3, 3, 1],
 *   shape,
 *   significance: [0.8, 0.8, NaN],
 * };
 * const figure = plotWct(result, { times: [2000, 2000.5, 2001, 2001.5], timeUnit: "years", periodUnit: "years" });
 * assert.equal((figure.layout.xaxis as { title: { text: string } }).title.text, "Time (years)");
 * ```
 *
 * @param result What `waveletCoherence` or `wct` gave.
 * @throws {InvalidArgumentError} If a part of the result has the wrong length, or an option cannot be used.
 */
export function plotWct(result: WctFigureInput, options: PlotWctOptions = {}): Figure {
  checkKnown(options, WCT_OPTIONS);
  checkWct(result, options);
  const draw = wctDrawer(drawnPeriods(result, options), options);
  return drawAnySize(options, (room) => draw(room).figure);
}
