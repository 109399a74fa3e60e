import { cropPeriods } from "./crop_periods.ts";
import type { FigureInit } from "./figure.ts";
import { phaseArrows } from "./map_arrows.ts";
import { frameOf, mapLayout } from "./map_layout.ts";
import { coneOfInfluence } from "./map_lines.ts";
import { THEMES } from "./theme.ts";
import { timeScale } from "./time_scale.ts";
import { wctCaption } from "./wct_caption.ts";
import { checkWct, type PlotWctOptions, type WctFigureInput, type WctLabels } from "./wct_options.ts";
import { withUnit } from "./with_unit.ts";
import { coherenceMap, significanceContour, type WctCanvas } from "./wct_traces.ts";

/** What {@linkcode drawWct} gives. */
export interface WctMap {
  /** The figure, of which a larger one can be made. */
  figure: FigureInit;
  /** What was drawn, with the result cut to the periods that are shown. */
  canvas: WctCanvas;
  /** Every word, with the defaults filled in. */
  labels: WctLabels;
  /** The level of the contour. */
  level: number;
}

/** Draws a map of coherence, leaving room, in pixels, for panels above and at the side. */
export function drawWct(
  result: WctFigureInput,
  options: PlotWctOptions,
  { above = 0, beside = 0 }: { above?: number; beside?: number } = {},
): WctMap {
  checkWct(result, options);
  if (options.periodRange) result = cropPeriods(result, options.periodRange, MATRICES);
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
  const canvas: WctCanvas = {
    result,
    time: timeScale(times),
    theme,
    width: frame.mapWidth - beside,
    height: frame.mapHeight - above,
  };
  const colorbar = above ? { len: canvas.height / frame.mapHeight, y: 0, yanchor: "bottom" } : {};
  const field = { phase: result.smoothedPhase, strength: (at: number) => result.coherence[at] };

  const figure: FigureInit = {
    data: [
      ...coherenceMap(canvas, { maxPoints, colorscale, labels, periodUnit, colorbar }),
      ...significanceContour(canvas, level),
      ...coneOfInfluence(canvas),
      ...(arrows === false ? [] : phaseArrows(canvas, field, { threshold, spacing, length, insideCone })),
    ],
    layout: mapLayout(canvas, frame, {
      title,
      timeTitle: withUnit(timeLabel, timeUnit),
      periodTitle: withUnit(labels.period, periodUnit),
      colorTitle: labels.coherence,
    }),
    config: { toImageButtonOptions: { format: "svg", filename: "wavelet-coherence" } },
    provenance,
    description: `${title || `Wavelet coherence of ${names[0]} and ${names[1]}`}: ${scales} scales, ${n} samples`,
  };
  return { figure, canvas, labels, level };
}

const MATRICES = ["coherence", "smoothedPhase", "significance", "pValues"] as const;
