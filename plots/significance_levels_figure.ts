import { InvalidArgumentError, requireBetween } from "../random/mod.ts";
import { drawAnySize } from "./draw_any_size.ts";
import type { Figure } from "./figure.ts";
import { lineLayout, LINES_SIZE } from "./line_layout.ts";
import { checkFigure, checkKnown, checkPeriods, FIGURE_OPTIONS, requireLength } from "./map_options.ts";
import type { FigureOptions, OptionNames } from "./map_options.ts";
import { decimals, significant } from "./round.ts";
import { THEMES } from "./theme.ts";
import { withUnit } from "./with_unit.ts";

/** What {@linkcode plotSignificanceLevels} draws: the shape of a result of `wctSignificance` or `waveletCoherence`. */
export interface LevelsFigureInput {
  /** The level of each scale; NaN where it cannot be tested. */
  significance: ArrayLike<number>;
  /** Fourier periods, one a scale, increasing. */
  periods: ArrayLike<number>;
  /** Standard error of each level, from the Monte Carlo. Drawn as a band where it is given. */
  standardError?: ArrayLike<number>;
  /** How many pairs of surrogates were simulated. */
  mcCount?: number;
  /** Where the numbers come from; the seed is named in the caption. */
  provenance?: object;
}

/** Every word on the figure, so that it can speak another language. */
export interface LevelsLabels {
  /** On the vertical axis. Default "Coherence R²". */
  coherence: string;
  /** On the horizontal axis, before the unit. Default "Period". */
  period: string;
  /** Below the figure. Default what is drawn. Empty: no caption. */
  caption: string;
}

/** Options of {@linkcode plotSignificanceLevels}. */
export interface PlotLevelsOptions extends FigureOptions {
  /** Unit of the periods. Default none. */
  periodUnit?: string;
  /** How wide the band of Monte Carlo error is: the share of repetitions whose level lies within it. Default 0.95. */
  confidence?: number;
  /** Other words for the figure. */
  labels?: Partial<LevelsLabels>;
}

const LEVELS_OPTIONS: OptionNames<PlotLevelsOptions> = {
  ...FIGURE_OPTIONS,
  periodUnit: true,
  confidence: true,
  labels: true,
};

/**
 * Draws levels of significance of wavelet coherence over the period, with the band of their Monte Carlo error where the results carry it.
 *
 * @example Compare two numbers of surrogates
 * ```ts
 * import { wctSignificance } from "@morlet/morlet/analysis";
 * import { plotSignificanceLevels } from "@morlet/morlet/plots";
 * import assert from "node:assert/strict";
 *
 * const few = await wctSignificance(0.7, 0.5, { dt: 1, n: 64, mcCount: 10, seed: 42 });
 * const more = await wctSignificance(0.7, 0.5, { dt: 1, n: 64, mcCount: 20, seed: 42 });
 * const figure = plotSignificanceLevels({ "10 surrogates": few, "20 surrogates": more }, { periodUnit: "days" });
 * assert.ok(figure.data.some(({ name }) => name === "20 surrogates"));
 * ```
 *
 * @param levels What `wctSignificance` or `waveletCoherence` gave, or several of them by name.
 * @throws {InvalidArgumentError} If a part of a result has the wrong length, none of its scales can be tested, or an option cannot be used.
 */
export function plotSignificanceLevels(
  levels: LevelsFigureInput | Readonly<Record<string, LevelsFigureInput>>,
  options: PlotLevelsOptions = {},
): Figure {
  const named = Object.entries(
    isResult(levels) ? { "level": levels } : (levels ?? {}) as Record<string, LevelsFigureInput>,
  );
  if (!named.length) throw new InvalidArgumentError("levels", levels, "a result, or results by name");
  for (const [name, result] of named) checkLevels(isResult(levels) ? "levels" : `levels.${name}`, result);
  checkKnown(options, LEVELS_OPTIONS);
  checkFigure(options);
  const { confidence = 0.95, periodUnit = "", title = "", theme: themeName = "light" } = options;
  requireBetween("confidence", confidence, 0, 1);
  const theme = THEMES[themeName], half = normalQuantile((1 + confidence) / 2);
  const hasError = named.some(([, { standardError }]) => standardError);
  const labels: LevelsLabels = {
    coherence: "Coherence R²",
    period: "Period",
    caption: [
      named.length === 1 ? `Level that a share of the surrogates' coherence stays below${told(named[0][1])}.` : "",
      hasError ? `Band: ${Number((100 * confidence).toPrecision(6))} % Monte Carlo error.` : "",
    ].filter(Boolean).join(" "),
    ...options.labels,
  };
  const unit = periodUnit && ` ${periodUnit}`;
  let low = 1, high = 0, shortest = Infinity, longest = 0;
  const data = named.flatMap(([name, { significance, periods, standardError }], number) => {
    const tested = Array.from(significance, (_, i) => i).filter((i) => Number.isFinite(significance[i]));
    const x = tested.map((i) => significant(periods[i], 5)), color = theme.lines[number % theme.lines.length];
    const error = (i: number) => half * (Number.isFinite(standardError?.[i]) ? standardError![i] : 0);
    const upper = tested.map((i) => decimals(significance[i] + error(i), 4));
    const lower = tested.map((i) => decimals(significance[i] - error(i), 4));
    low = Math.min(low, ...lower);
    high = Math.max(high, ...upper);
    shortest = Math.min(shortest, x[0]);
    longest = Math.max(longest, x[x.length - 1]);
    const band = {
      type: "scatter",
      mode: "lines",
      name: `${name}, Monte Carlo error`,
      x: [...x, ...x.toReversed()],
      y: [...upper, ...lower.toReversed()],
      fill: "toself",
      fillcolor: `${color}33`,
      line: { width: 0 },
      hoverinfo: "skip",
      showlegend: false,
    };
    const line = {
      type: "scatter",
      mode: x.length > 1 ? "lines" : "markers",
      name,
      x,
      y: tested.map((i) => decimals(significance[i], 4)),
      line: { color, width: 2, ...number >= theme.lines.length ? { dash: "dot" } : {} },
      ...standardError ? { customdata: tested.map((i) => significant(standardError[i], 2)) } : {},
      hovertemplate: `${labels.period}: %{x:.3~g}${unit}<br>${labels.coherence}: %{y:.3f}${
        standardError ? " ± %{customdata}" : ""
      }<extra>${named.length > 1 ? name : ""}</extra>`,
    };
    return standardError ? [band, line] : [line];
  });
  const margin = Math.max(0.01, 0.08 * (high - low));
  return drawAnySize(options, (room) => ({
    data,
    layout: lineLayout({
      room,
      title,
      caption: labels.caption,
      legend: named.length > 1 ? named.map(([name]) => name) : [],
      theme,
      periods: longest > shortest ? [shortest, longest] : [shortest / 2, shortest * 2],
      periodTitle: withUnit(labels.period, periodUnit),
      yaxis: {
        range: [Math.max(0, low - margin), Math.min(1, high + margin)],
        nticks: 8,
        title: { text: labels.coherence, standoff: 10, font: { size: 14 } },
      },
    }),
    config: { toImageButtonOptions: { format: "svg", filename: "significance-levels" } },
    provenance: named.length === 1 ? named[0][1].provenance : undefined,
    description: `${title || "Levels of significance"}: ${named.map(([name]) => name).join(", ")}`,
  }), LINES_SIZE);
}

function isResult(levels: unknown): levels is LevelsFigureInput {
  const length = (levels as Partial<LevelsFigureInput> | undefined)?.significance?.length;
  return typeof length === "number";
}

function checkLevels(field: string, result: LevelsFigureInput): void {
  const { significance, periods, standardError } = result ?? {} as Partial<LevelsFigureInput>;
  requireLength(`${field}.significance`, significance, significance?.length ?? 1);
  try {
    checkPeriods(periods!, significance!.length);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(error.field.replace("result", field), error.value, error.constraint);
  }
  if (standardError !== undefined) requireLength(`${field}.standardError`, standardError, significance!.length);
  if (!Array.from(significance!).some(Number.isFinite)) {
    throw new InvalidArgumentError(`${field}.significance`, significance, "levels of which one at least is a number");
  }
}

function told({ mcCount, provenance }: LevelsFigureInput): string {
  const { seed } = (provenance ?? {}) as { seed?: unknown };
  const parts = [mcCount === undefined ? "" : `${mcCount} pairs`, seed === undefined ? "" : `seed ${seed}`];
  const text = parts.filter(Boolean).join(", ");
  return text && ` (${text})`;
}

/** The standard normal deviate that a share `p` lies below, to 4.5e-4 (Abramowitz and Stegun 1964, 26.2.23): enough for a picture. */
function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - p));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t * t) /
      (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
}
