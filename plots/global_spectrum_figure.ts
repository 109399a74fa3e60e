import { requireBetween, requireOneOf, requirePositive } from "../random/mod.ts";
import { checkCwt, type CwtFigureInput } from "./cwt_options.ts";
import { Figure } from "./figure.ts";
import { lineLayout } from "./line_layout.ts";
import { shortNumber } from "./log_ticks.ts";
import { checkFigure, type FigureOptions, requireLength } from "./map_options.ts";
import { percent } from "./percent.ts";
import { significant } from "./round.ts";
import { THEMES } from "./theme.ts";
import { withUnit } from "./with_unit.ts";

/** Every word on the figure, so that it can speak another language. */
export interface GlobalSpectrumLabels {
  /** On the vertical axis, before the unit. Default "Power". */
  power: string;
  /** On the horizontal axis, before the unit. Default "Period". */
  period: string;
  /** Names the mean power. Default "mean over time". */
  mean: string;
  /** Names the background. Default "red noise". */
  background: string;
  /** Names the level. Default such as "95 % level". */
  level: string;
  /** Below the figure. Default what the mean is taken over. Empty: no caption. */
  caption: string;
}

/** Options of {@linkcode plotGlobalSpectrum}. */
export interface PlotGlobalSpectrumOptions extends FigureOptions {
  /** The samples whose power is averaged: "all", as Torrence and Compo do, or those "outside" the cone of influence. Default "all". */
  over?: "all" | "outside";
  /** Significant mean power, one a scale, as `significance` gives it with `sigmaTest: 1`. NaN where it cannot be tested. */
  significance?: ArrayLike<number>;
  /** Mean power of the background, one a scale, as `significance` gives it in `fftTheor`. */
  background?: ArrayLike<number>;
  /** Level of `significance`, for its name. Default 0.95. */
  level?: number;
  /** Divides all powers: with the series' variance, white noise has a mean of 1. Default 1. */
  variance?: number;
  /** Unit of the series, such as "°C"; the power has its square. Default none, and none where `variance` is given. */
  unit?: string;
  /** Unit of the periods. Default none. */
  periodUnit?: string;
  /** Vertical axis: "log" or "linear". Default "log". */
  scale?: "log" | "linear";
  /** Other words for the figure. */
  labels?: Partial<GlobalSpectrumLabels>;
}

/**
 * Draws the global wavelet spectrum: power averaged over time, over the period (Torrence and Compo 1998, equation 22 and figure 6), with
 * the background of red noise and the level of significance where they are given.
 *
 * @example Draw the mean power with its level
 * ```ts
 * import { cwt, significance } from "@morlet/morlet/wavelet";
 * import { plotGlobalSpectrum } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * const signal = Float64Array.from({ length: 128 }, (_, t) => Math.sin(t / 3) + Math.sin(t * t));
 * const result = cwt(signal, { dt: 1 });
 * const { significance: levels, fftTheor: background } = significance(signal, {
 *   dt: 1,
 *   scales: result.scales,
 *   sigmaTest: 1,
 *   dof: result.scales.map((s) => Math.max(1, 128 - s)),
 * });
 * const figure = plotGlobalSpectrum(result, { significance: levels, background, periodUnit: "days" });
 * assert.deepEqual(figure.data.map(({ name }) => name), ["mean over time", "red noise", "95 % level"]);
 * ```
 *
 * @param result What `cwt` gave.
 * @throws {InvalidArgumentError} If a part of the result has the wrong length, or an option cannot be used.
 */
export function plotGlobalSpectrum(result: CwtFigureInput, options: PlotGlobalSpectrumOptions = {}): Figure {
  checkCwt(result, { significance: options.significance });
  checkFigure(options);
  const { W: { re, im }, periods, coi, shape: [scales, n] } = result;
  const {
    over = "all",
    significance,
    background,
    level = 0.95,
    variance = 1,
    unit = "",
    periodUnit = "",
    scale = "log",
    title = "",
    width = 640,
    height = 420,
    theme: themeName = "light",
  } = options;
  requireOneOf("over", over, ["all", "outside"]);
  requireOneOf("scale", scale, ["log", "linear"]);
  requireBetween("level", level, 0, 1);
  requirePositive("variance", variance);
  if (background !== undefined) requireLength("background", background, scales);
  const mean = Float64Array.from({ length: scales }, (_, i) => {
    let sum = 0, count = 0;
    for (let t = 0, at = i * n; t < n; t++, at++) {
      if (over === "outside" && periods[i] > coi[t]) continue;
      sum += re[at] * re[at] + im[at] * im[at];
      count++;
    }
    return sum / count / variance;
  });
  const powerUnit = unit && options.variance === undefined ? `${unit}²` : "";
  const labels: GlobalSpectrumLabels = {
    power: options.variance === undefined ? "Power" : "Power / variance",
    period: "Period",
    mean: "mean over time",
    background: "red noise",
    level: `${percent(level)} level`,
    caption: over === "all"
      ? "Mean over the whole record."
      : "Mean over the samples outside the cone of influence, of which long periods have few or none.",
    ...options.labels,
  };
  const theme = THEMES[themeName], x = Array.from(periods, (period) => significant(period, 5));
  const units = { period: periodUnit && ` ${periodUnit}`, power: powerUnit && ` ${powerUnit}` };
  const line = (name: string, values: ArrayLike<number>, divisor: number, style: Record<string, unknown>) => ({
    type: "scatter",
    mode: "lines",
    name,
    x,
    // JSON has no NaN; null is a gap.
    y: Array.from(values, (value) => value > 0 ? significant(value / divisor, 4) : null),
    line: style,
    hovertemplate: `${labels.period}: %{x:.3~g}${units.period}<br>${name}: %{y:.3~g}${units.power}<extra></extra>`,
  });
  const data = [
    line(labels.mean, mean, 1, { color: theme.lines[0], width: 2.25 }),
    ...background ? [line(labels.background, background, variance, { color: theme.muted, width: 1.25 })] : [],
    ...significance
      ? [line(labels.level, significance, variance, { color: theme.lines[1], width: 1.5, dash: "dash" })]
      : [],
  ];
  return new Figure({
    data,
    layout: lineLayout({
      width,
      height,
      title,
      caption: labels.caption,
      legend: data.length > 1,
      theme,
      periods: [periods[0], periods[scales - 1]],
      periodTitle: withUnit(labels.period, periodUnit),
      yaxis: {
        title: { text: withUnit(labels.power, powerUnit), standoff: 10, font: { size: 14 } },
        ...scale === "log" ? logAxis(data.flatMap(({ y }) => y)) : { rangemode: "tozero", nticks: 8 },
      },
    }),
    config: { toImageButtonOptions: { format: "svg", filename: "global-spectrum" } },
    description: `${title || "Global wavelet spectrum"}: ${scales} scales, ${n} samples`,
  });
}

/** A logarithmic axis around positive values, with ticks at powers of ten, or of two where there are few of them. */
function logAxis(values: readonly (number | null)[]): Record<string, unknown> {
  const positive = values.filter((value) => value !== null);
  const low = Math.log10(Math.min(...positive)) - 0.08, high = Math.log10(Math.max(...positive)) + 0.08;
  const base = high - low > 2.5 ? 10 : 2, step = Math.max(1, Math.ceil((high - low) / Math.log10(base) / 8));
  const tickvals: number[] = [];
  const first = Math.ceil(low / Math.log10(base) / step) * step;
  for (let k = first; k * Math.log10(base) <= high; k += step) tickvals.push(base ** k);
  return {
    type: "log",
    range: [low, high],
    tickvals,
    ticktext: tickvals.map((value) => base === 10 ? String(value) : shortNumber(value)),
  };
}
