import { requireBetween, requireOneOf, requirePositive } from "../random/mod.ts";
import { checkCwt, type CwtFigureInput } from "./cwt_options.ts";
import { drawAnySize } from "./draw_any_size.ts";
import type { Figure } from "./figure.ts";
import { globalPower } from "./global_power.ts";
import { lineLayout, LINES_SIZE } from "./line_layout.ts";
import { checkFigure, checkKnown, FIGURE_OPTIONS, requireLength } from "./map_options.ts";
import type { FigureOptions, OptionNames } from "./map_options.ts";
import { percent } from "./percent.ts";
import { logAxis, type SpectrumLine, spectrumLines } from "./spectrum_lines.ts";
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

const GLOBAL_OPTIONS: OptionNames<PlotGlobalSpectrumOptions> = {
  ...FIGURE_OPTIONS,
  over: true,
  significance: true,
  background: true,
  level: true,
  variance: true,
  unit: true,
  periodUnit: true,
  scale: true,
  labels: true,
};

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
  checkKnown(options, GLOBAL_OPTIONS);
  checkCwt(result, { significance: options.significance });
  checkFigure(options);
  const { periods, shape: [scales, n] } = result;
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
    theme: themeName = "light",
  } = options;
  requireOneOf("over", over, ["all", "outside"]);
  requireOneOf("scale", scale, ["log", "linear"]);
  requireBetween("level", level, 0, 1);
  requirePositive("variance", variance);
  if (background !== undefined) requireLength("background", background, scales);
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
  const theme = THEMES[themeName];
  const divided = (power: ArrayLike<number>) => Float64Array.from(power, (value) => value / variance);
  const lines: SpectrumLine[] = [{
    name: labels.mean,
    power: divided(globalPower(result, over)),
    style: { color: theme.lines[0], width: 2.25 },
  }];
  if (background) {
    lines.push({ name: labels.background, power: divided(background), style: { color: theme.muted, width: 1.25 } });
  }
  if (significance) {
    const style = { color: theme.lines[1], width: 1.5, dash: "dash" };
    lines.push({ name: labels.level, power: divided(significance), style });
  }
  const data = spectrumLines(periods, lines, { period: labels.period, periodUnit, powerUnit }, "x");
  const axis = scale === "log"
    ? logAxis(lines.flatMap(({ power }) => Array.from(power)), 8)
    : { rangemode: "tozero", nticks: 8 };
  return drawAnySize(options, (room) => ({
    data,
    layout: lineLayout({
      room,
      title,
      caption: labels.caption,
      legend: lines.length > 1 ? lines.map(({ name }) => name) : [],
      theme,
      periods: [periods[0], periods[scales - 1]],
      periodTitle: withUnit(labels.period, periodUnit),
      yaxis: { title: { text: withUnit(labels.power, powerUnit), standoff: 10, font: { size: 14 } }, ...axis },
    }),
    config: { toImageButtonOptions: { format: "svg", filename: "global-spectrum" } },
    description: `${title || "Global wavelet spectrum"}: ${scales} scales, ${n} samples`,
  }), LINES_SIZE);
}
