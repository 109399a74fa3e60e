import type { MapCanvas } from "./map_canvas.ts";
import { type ColorScale, heatTraces } from "./map_heat.ts";
import { contourTraces, type Trace } from "./map_lines.ts";
import { percent } from "./percent.ts";
import { decimals, significant } from "./round.ts";
import type { WctFigureInput, WctLabels } from "./wct_options.ts";

/** What the traces of a coherence map share. */
export type WctCanvas = MapCanvas<WctFigureInput>;

/** The map of coherence. */
export function coherenceMap(
  canvas: WctCanvas,
  options: {
    maxPoints: number;
    colorscale: ColorScale;
    labels: WctLabels;
    periodUnit: string;
    colorbar?: Record<string, unknown>;
  },
): Trace[] {
  const { coherence, smoothedPhase, periods, pValues } = canvas.result, { labels, periodUnit } = options;
  const unit = periodUnit && ` ${periodUnit}`;
  return heatTraces(canvas, {
    ...options,
    name: labels.coherence,
    color: (at) => decimals(coherence[at], 2),
    range: [0, 1],
    ticks: { tickvals: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    period: labels.period,
    hover: [
      `${labels.coherence}: %{z:.2f}`,
      `${labels.phase}: %{customdata[0]}°`,
      `${labels.lag} %{customdata[1]}${unit}`,
      ...pValues ? [`${labels.pValue}: %{customdata[2]}`] : [],
    ],
    words(at, i) {
      const phase = smoothedPhase[at], p = pValues?.[at];
      const turn = [decimals(phase * 180 / Math.PI, 0), significant(phase / (2 * Math.PI) * periods[i], 3)];
      return p === undefined ? turn : [...turn, Number.isNaN(p) ? "–" : significant(p, 2)];
    },
  });
}

/** The line around what is significant: by the level of each scale, else by p-values. */
export function significanceContour(canvas: WctCanvas, level: number): Trace[] {
  const { coherence, significance, pValues, shape: [, n] } = canvas.result;
  if (!significance && !pValues) return [];
  const ratio = significance
    ? (i: number, j: number) => coherence[i * n + j] / significance[i]
    : (i: number, j: number) => (1 - level) / pValues![i * n + j];
  return contourTraces(canvas, ratio, { name: `${percent(level)} significance` });
}
