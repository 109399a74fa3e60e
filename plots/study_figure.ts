import { InvalidArgumentError, requireOneOf } from "../random/mod.ts";
import { axisStyle, TEXT, titleOf } from "./axis_style.ts";
import { Figure, type PlotlyTrace } from "./figure.ts";
import { checkFigure } from "./map_options.ts";
import { LEFT, RIGHT } from "./map_layout.ts";
import { percent } from "./percent.ts";
import { decimals, significant } from "./round.ts";
import { THEMES } from "./theme.ts";
import { thinLine } from "./thin_line.ts";
import { timeScale } from "./time_scale.ts";
import { drawWct } from "./wct_map.ts";
import { checkWct, type PlotWctOptions, type WctFigureInput, type WctLabels } from "./wct_options.ts";

/** Every word on the figure, so that it can speak another language. */
export interface StudyLabels extends WctLabels {
  /** Over the panel at the side, where it shows shares. Default "Time significant". */
  share: string;
  /** Over the panel at the side, where it shows means. Default "Mean R²". */
  mean: string;
  /** Names the dashed line beside shares. Default such as "5 % by chance". */
  chance: string;
  /** Names the dashed line beside means. Default such as "95 % level". */
  level: string;
}

/** Options of {@linkcode plotStudy}. */
export interface PlotStudyOptions extends Omit<PlotWctOptions, "labels"> {
  /** At most so many cells in the map; more are thinned by taking samples. Default 16,000. */
  maxPoints?: number;
  /** Units of the two series, on their axes. Default none. */
  units?: readonly [first: string, second: string];
  /**
   * What the panel at the side tells of each period, from the samples outside the cone of influence: the "share" of them that is
   * significant, beside the share that chance alone gives; or the "mean" of their coherence, beside the pointwise level. Default
   * "share", or "mean" where the result has no significance.
   */
  side?: "share" | "mean";
  /** Other words for the figure. */
  labels?: Partial<StudyLabels>;
}

/** Pixels: width of the side panel, height of each series, room between panels above each other and side by side. */
const SIDE = 110, SERIES = 76, GAP = 14, BESIDE = 26;

/**
 * Draws a whole study in one figure: both series above, the map of their coherence below as {@linkcode plotWct} draws it, all three on
 * one time axis, and at the side what each period amounts to.
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
export function plotStudy(
  result: WctFigureInput,
  series: readonly [ArrayLike<number>, ArrayLike<number>],
  options: PlotStudyOptions = {},
): Figure {
  const { side = result?.significance || result?.pValues ? "share" : "mean" } = options;
  const { names = ["series 1", "series 2"], units = ["", ""], title = "", width = 900, height = 720 } = options;
  checkFigure({ ...options, width, height });
  if (width < 480) throw new InvalidArgumentError("width", width, "at least 480 for a study");
  if (height < 400) throw new InvalidArgumentError("height", height, "at least 400 for a study");
  checkWct(result, { ...options, width, height });
  const n = result.shape[1];
  for (const i of [0, 1]) {
    if (series?.[i]?.length === n) continue;
    throw new InvalidArgumentError(`series[${i}]`, series?.[i], `an array of length ${n}`);
  }
  requireOneOf("side", side, result.significance || result.pValues ? ["share", "mean"] : ["mean"]);
  if (!Array.isArray(units) || units.length !== 2) {
    throw new InvalidArgumentError("units", units, "the units of two series");
  }
  const above = 2 * (SERIES + GAP), beside = SIDE + BESIDE;
  const { figure, canvas, labels, level } = drawWct(result, { maxPoints: 16_000, ...options, width, height }, {
    above,
    beside,
  });
  const theme = THEMES[options.theme ?? "light"], axis = axisStyle(theme);
  const inner = { width: width - LEFT - RIGHT, height: canvas.height + above };
  const across = canvas.width / inner.width, up = canvas.height / inner.height;
  const { times = Float64Array.from({ length: n }, (_, i) => i * (result.dt ?? 1)) } = options;
  const time = timeScale(times), color = (i: number) => theme.lines[i % theme.lines.length];

  const lines = series.map((values, i): PlotlyTrace => {
    const columns = thinLine(values, Math.ceil(canvas.width));
    return {
      type: "scatter",
      mode: "lines",
      name: names[i],
      x: columns.map(time.at),
      // JSON has no NaN; null is a gap.
      y: columns.map((j) => Number.isFinite(values[j]) ? significant(values[j], 4) : null),
      yaxis: `y${i + 2}`,
      line: { color: color(i), width: 1.2 },
      hovertemplate: `${time.hover}<br>${names[i]}: %{y:.4~g}${units[i] && ` ${units[i]}`}<extra></extra>`,
      showlegend: false,
    };
  });

  const { share, mean } = perPeriod(canvas.result, level);
  const periods = Array.from(canvas.result.periods, (period) => significant(period, 5));
  const known = (values: readonly number[]) => values.map((value) => Number.isNaN(value) ? null : decimals(value, 4));
  const unit = options.periodUnit ? ` ${options.periodUnit}` : "";
  const words = {
    share: "Time significant",
    mean: "Mean R²",
    chance: `${percent(decimals(1 - level, 6))}<br>by chance`,
    level: `${percent(level)} level`,
    ...options.labels,
  };
  const value = known(side === "share" ? share : mean), tested = canvas.result.significance;
  const sidePanel: PlotlyTrace[] = [
    {
      type: "scatter",
      mode: "lines",
      name: words[side],
      x: value,
      y: periods,
      xaxis: "x2",
      line: { color: color(0), width: 1.8 },
      hovertemplate: `${labels.period}: %{y:.3~g}${unit}<br>${words[side]}: %{x:${
        side === "share" ? ".1%" : ".2f"
      }}<extra></extra>`,
      showlegend: false,
    },
    ...(side === "share" || tested
      ? [{
        type: "scatter",
        mode: "lines",
        name: side === "share" ? words.chance : words.level,
        x: side === "share" ? [decimals(1 - level, 6), decimals(1 - level, 6)] : known(Array.from(tested!)),
        y: side === "share" ? [periods[0], periods[periods.length - 1]] : periods,
        xaxis: "x2",
        line: { color: color(1), width: 1.5, dash: "dash" },
        hoverinfo: "skip",
        showlegend: false,
      }]
      : []),
  ];
  const most = Math.max(...value.map((v) => v ?? 0), side === "share" ? 2 * (1 - level) : 0);
  const sideTop = side === "share" ? Math.min(1, 1.08 * most) : 1;

  const { layout } = figure as { layout: { [attribute: string]: unknown } };
  const at = (pixels: number) => (inner.height - pixels) / inner.height;
  // deno-lint-ignore no-explicit-any
  const [colorTitle, ...caption] = layout.annotations as any[];
  const legend = side === "share" ? words.chance : tested ? words.level : "", left = 1 - SIDE / inner.width;
  const note = { xref: "paper", yref: "paper", showarrow: false };
  return new Figure({
    data: [...figure.data, ...lines, ...sidePanel],
    layout: {
      ...layout,
      ...titleOf(title, LEFT / width, height),
      xaxis: { ...layout.xaxis as object, domain: [0, across], anchor: "y" },
      yaxis: { ...layout.yaxis as object, domain: [0, up] },
      yaxis2: {
        ...axis,
        showline: false,
        domain: [at(SERIES), 1],
        nticks: 4,
      },
      yaxis3: {
        ...axis,
        showline: false,
        domain: [at(2 * SERIES + GAP), at(SERIES + GAP)],
        nticks: 4,
      },
      xaxis2: {
        ...axis,
        domain: [left, 1],
        anchor: "y",
        showline: false,
        range: [0, sideTop],
        ...sideTicks(sideTop, side),
        title: { text: words[side], standoff: 8, font: { size: TEXT } },
      },
      shapes: [[0, across, at(SERIES), 1], [0, across, at(2 * SERIES + GAP), at(SERIES + GAP)], [left, 1, 0, up]].map((
        [x0, x1, y0, y1],
      ) => ({
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
        ...names.map((text, i) => ({
          ...note,
          text,
          x: 0,
          xshift: 8,
          xanchor: "left",
          y: at(i * (SERIES + GAP)),
          yshift: -3,
          yanchor: "top",
          bgcolor: theme.paper,
          borderpad: 1,
          font: { size: 12, color: color(i) },
        })),
        ...units.flatMap((text, i) =>
          text
            ? [{
              ...note,
              text,
              x: 0,
              xshift: -58,
              xanchor: "center",
              y: at(i * (SERIES + GAP) + SERIES / 2),
              yanchor: "middle",
              textangle: "-90",
              font: { size: TEXT },
            }]
            : []
        ),
        ...(legend
          ? [{
            ...note,
            text: legend,
            x: left,
            y: up,
            yshift: 3,
            xanchor: "left",
            yanchor: "bottom",
            align: "left",
            font: { size: 11, color: color(1) },
          }]
          : []),
      ],
    },
    config: { toImageButtonOptions: { format: "svg", filename: "coherence-study" } },
    provenance: result.provenance,
    description: `${title || `Study of ${names[0]} and ${names[1]}`}: ${result.shape[0]} scales, ${n} samples`,
  });
}

/** Three ticks or so, the first as short as can be since the time axis ends beside it. */
function sideTicks(top: number, side: "share" | "mean"): { tickvals: number[]; ticktext: string[]; tickangle: number } {
  const step = [0.02, 0.05, 0.1, 0.2, 0.5].find((nice) => top / nice < 2.6) ?? 0.5, tickvals: number[] = [];
  for (let i = 0; i * step <= top; i++) tickvals.push(decimals(i * step, 2));
  const ticktext = tickvals.map((value) => value === 0 ? "0" : side === "share" ? percent(value) : String(value));
  return { tickvals, ticktext, tickangle: 0 };
}

/** For each period, over the samples outside the cone: the share that is significant, and the mean coherence. NaN where there is none. */
function perPeriod(
  { coherence, significance, pValues, periods, coi, shape: [scales, n] }: WctFigureInput,
  level: number,
): { share: number[]; mean: number[] } {
  const share: number[] = [], mean: number[] = [];
  for (let i = 0; i < scales; i++) {
    let count = 0, above = 0, sum = 0;
    for (let t = 0, at = i * n; t < n; t++, at++) {
      if (periods[i] > coi[t]) continue;
      count++;
      sum += coherence[at];
      if (significance ? coherence[at] > significance[i] : pValues && pValues[at] < 1 - level) above++;
    }
    share.push(count ? above / count : NaN);
    mean.push(count ? sum / count : NaN);
  }
  return { share, mean };
}
