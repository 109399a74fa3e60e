import { cropPeriods } from "./crop_periods.ts";
import { Figure } from "./figure.ts";
import { THEMES } from "./theme.ts";
import { timeScale } from "./time_scale.ts";
import { wctCaption } from "./wct_caption.ts";
import { frameOf, wctLayout } from "./wct_layout.ts";
import { checkWct, type PlotWctOptions, type WctFigureInput, type WctLabels } from "./wct_options.ts";
import { coherenceMap, coneOfInfluence, phaseArrows, significanceContour, type WctCanvas } from "./wct_traces.ts";

/**
 * Draws wavelet coherence as a paper prints it: coherence as colour over time and period, the period on a logarithmic axis that
 * increases downwards (Torrence and Compo 1998; Grinsted et al. 2004), a thick line around what is significant, a hatched veil over
 * the cone of influence, and arrows for the phase: right = in phase, left = antiphase, down = the first series leads by a quarter of
 * the period. What each of them means is said below the map.
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
  checkWct(result, options);
  if (options.periodRange) result = cropPeriods(result, options.periodRange);
  const { shape: [scales, n], dt = 1, provenance } = result;
  const {
    times = Float64Array.from({ length: n }, (_, i) => i * dt),
    timeLabel = "Time",
    timeUnit = "",
    periodUnit = "",
    names = ["series 1", "series 2"],
    title = "",
    width = 900,
    height = 520,
    theme: themeName = "light",
    colorscale = "Viridis",
    level = result.level ?? 0.95,
    arrows = true,
    maxPoints = 20_000,
  } = options;
  const { threshold = 0.5, spacing = 28, length = 0.6 * spacing, insideCone = false } = typeof arrows === "object"
    ? arrows
    : {};
  const labels: WctLabels = {
    coherence: "Coherence R²",
    period: "Period",
    phase: "Phase",
    lag: `${names[0]} leads by`,
    pValue: "p",
    caption: wctCaption(result, { names, level, arrows: arrows !== false }),
    ...options.labels,
  };
  const theme = THEMES[themeName], frame = frameOf({ width, height, title, caption: labels.caption });
  const canvas: WctCanvas = { result, time: timeScale(times), theme, width: frame.mapWidth, height: frame.mapHeight };

  return new Figure({
    data: [
      ...coherenceMap(canvas, { maxPoints, colorscale, labels, periodUnit }),
      ...significanceContour(canvas, level),
      ...coneOfInfluence(canvas),
      ...(arrows === false ? [] : phaseArrows(canvas, { threshold, spacing, length, insideCone })),
    ],
    layout: wctLayout(canvas, frame, {
      title,
      timeTitle: withUnit(timeLabel, timeUnit),
      periodTitle: withUnit(labels.period, periodUnit),
      coherenceTitle: labels.coherence,
    }),
    config: { toImageButtonOptions: { format: "svg", filename: "wavelet-coherence" } },
    provenance,
    description: `${title || `Wavelet coherence of ${names[0]} and ${names[1]}`}: ${scales} scales, ${n} samples`,
  });
}

function withUnit(label: string, unit: string): string {
  return unit ? `${label} (${unit})` : label;
}
