import { drawAnySize } from "./draw_any_size.ts";
import type { Figure, FigureInit, FigureRoom } from "./figure.ts";
import { LEFT, RIGHT } from "./map_layout.ts";
import { drawSeries } from "./study_series.ts";
import { checkStudy, type PlotStudyOptions, type SeriesPair } from "./study_options.ts";
import { type SidePanel, sidePanel } from "./study_side.ts";
import { THEMES } from "./theme.ts";
import { drawnPeriods, wctDrawer } from "./wct_map.ts";
import type { WctFigureInput } from "./wct_options.ts";

/** Pixels between panels above each other, and beside each other. */
const GAP = 14, BESIDE = 26;

/**
 * Draws a whole study in one figure: both series above, the map of their coherence below as {@linkcode plotWct} draws it, all three on
 * one time axis, and at the side, on the map's axis of periods, their global wavelet spectra or how coherent each period is.
 *
 * @example Draw two series and their coherence
 * ```ts
 * import { waveletCoherence } from "@morlet/morlet/analysis";
 * import { plotStudy } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * const y1 = Float64Array.from({ length: 128 }, (_, t) => Math.cos(t / 4) + Math.sin(t * t) / 4);
 * const y2 = Float64Array.from({ length: 128 }, (_, t) => Math.cos((t - 2) / 4) + Math.cos(t * t) / 4);
 * const result = await waveletCoherence(y1, y2, { dt: 1, significance: { mcCount: 20, seed: 42 } });
 * const figure = plotStudy(result, [y1, y2], { names: ["rain", "river"], units: ["mm", "m³/s"], periodUnit: "days" });
 * assert.deepEqual(figure.data.filter(({ yaxis }) => yaxis !== undefined).map(({ name }) => name), ["rain", "river"]);
 * ```
 *
 * @param result What `waveletCoherence` or `wct` gave.
 * @param series The two series that it was computed from.
 * @throws {InvalidArgumentError} If a part of the result has the wrong length, the series do not fit it, or an option cannot be used.
 */
export function plotStudy(result: WctFigureInput, series: SeriesPair, options: PlotStudyOptions = {}): Figure {
  const side = checkStudy(result, series, options), grid = drawnPeriods(result, options);
  const panel = sidePanel(side, grid, series, options);
  const drawMap = wctDrawer(grid, { maxPoints: 16_000, ...options });
  return drawAnySize(options, (room) => drawStudy(drawMap, series, panel, options, room), {
    usual: { width: 900, height: 720 },
    least: { width: 480, height: 400 },
  });
}

function drawStudy(
  drawMap: ReturnType<typeof wctDrawer>,
  series: SeriesPair,
  panel: SidePanel,
  options: PlotStudyOptions,
  room: FigureRoom,
): FigureInit {
  const { width, height } = room, { title = "", names = ["series 1", "series 2"] } = options;
  const tall = between(0.105 * height, 36, 90), wide = between(0.15 * width, 84, 170);
  const above = 2 * (tall + GAP), beside = wide + BESIDE;
  const { figure, canvas } = drawMap(room, { above, beside });
  const [scales, n] = canvas.result.shape;
  const inner = { width: width - LEFT - RIGHT, height: canvas.height + above };
  const across = canvas.width / inner.width, up = canvas.height / inner.height, left = 1 - wide / inner.width;
  const at = (pixels: number) => 1 - pixels / inner.height;
  const theme = THEMES[options.theme ?? "light"];
  const domains = [0, tall + GAP].map((top) => [at(top + tall), at(top)]);
  const lines = drawSeries(series, canvas, options, domains, tall);
  const { layout } = figure, frames = [[left, 1, 0, up], ...lines.domains.map(([y0, y1]) => [0, across, y0, y1])];
  const [colorTitle, ...caption] = layout.annotations as Record<string, unknown>[];
  return {
    ...figure,
    data: [...figure.data, ...lines.traces, ...panel.traces],
    layout: {
      ...layout,
      xaxis: { ...layout.xaxis as object, domain: [0, across], anchor: "y" },
      yaxis: { ...layout.yaxis as object, domain: [0, up] },
      ...lines.axes,
      xaxis2: { ...panel.axis, domain: [left, 1], anchor: "y" },
      shapes: frames.map(([x0, x1, y0, y1]) => ({
        type: "rect",
        xref: "paper",
        yref: "paper",
        x0,
        x1,
        y0,
        y1,
        line: { color: theme.ink, width: 1 },
      })),
      annotations: [
        { ...colorTitle, y: up / 2 },
        ...caption,
        ...lines.annotations,
        ...panel.legend
          ? [{
            xref: "paper",
            yref: "paper",
            showarrow: false,
            text: panel.legend,
            x: left,
            y: up,
            yshift: 3,
            xanchor: "left",
            yanchor: "bottom",
            align: "left",
            font: { size: 11, color: panel.legendColor },
          }]
          : [],
      ],
    },
    config: { toImageButtonOptions: { format: "svg", filename: "coherence-study" } },
    description: `${title || `Study of ${names[0]} and ${names[1]}`}: ${scales} scales, ${n} samples`,
  };
}

function between(value: number, least: number, most: number): number {
  return Math.round(Math.min(most, Math.max(least, value)));
}
