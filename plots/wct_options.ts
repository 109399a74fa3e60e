import { InvalidArgumentError, requireBetween, requireOneOf, requirePositive, requireWhole } from "../random/mod.ts";

/** What {@linkcode plotWct} draws: the shape of a result of `waveletCoherence` or `wct`. Matrices are row-major, `[scales, times]`. */
export interface WctFigureInput {
  /** Coherence R², in [0, 1]. */
  coherence: ArrayLike<number>;
  /** Phase of the smoothed cross spectrum, in radians; positive where the first series leads. */
  smoothedPhase: ArrayLike<number>;
  /** Fourier periods, one a scale, increasing, in the unit of `dt`. */
  periods: ArrayLike<number>;
  /** The longest trustworthy period at each time, in the unit of `dt`. */
  coi: ArrayLike<number>;
  /** Number of scales and of times. */
  shape: readonly [scales: number, times: number];
  /** Time between samples. Default 1. */
  dt?: number;
  /** Coherence that is significant, one a scale; NaN where it cannot be tested. */
  significance?: ArrayLike<number>;
  /** p-value of each sample; NaN inside the cone of influence. */
  pValues?: ArrayLike<number>;
  /** Level of `significance`. Default: that of the options. */
  level?: number;
  /** How many pairs of surrogates were simulated; named in the caption. */
  mcCount?: number;
  /** Where the numbers come from. The seed is named in the caption, the whole is in the HTML page. */
  provenance?: object;
}

/** Every word on the figure, so that it can speak another language. */
export interface WctLabels {
  /** Over the colour bar. Default "Coherence R²". */
  coherence: string;
  /** On the vertical axis, before the unit. Default "Period". */
  period: string;
  /** When pointed at. Default "Phase". */
  phase: string;
  /** When pointed at, before the number of periods' unit; positive where the first series leads. Default "{first} leads by". */
  lag: string;
  /** When pointed at. Default "p". */
  pValue: string;
  /** Below the figure: what arrows, contour and hatching mean. Default a sentence on each that is drawn. Empty: no caption. */
  caption: string;
}

/** How phase arrows are placed. */
export interface ArrowOptions {
  /** Least coherence at which an arrow is drawn. Default 0.5. */
  threshold?: number;
  /** Distance between arrows, in pixels. Default 28. */
  spacing?: number;
  /** Length of an arrow, in pixels. Default 0.6 of the spacing. */
  length?: number;
  /** Whether arrows are drawn inside the cone of influence too. Default false. */
  insideCone?: boolean;
}

/** Options of {@linkcode plotWct}. */
export interface PlotWctOptions {
  /** When each sample was taken: dates (shown in UTC), or numbers such as decimal years. Default 0, dt, 2 dt ... */
  times?: readonly Date[] | ArrayLike<number>;
  /** On the time axis. Default "Time". */
  timeLabel?: string;
  /** Unit of the time axis where times are numbers, such as "years". Default none. */
  timeUnit?: string;
  /** Unit of `dt` and so of the periods. Default none. */
  periodUnit?: string;
  /** Names of the two series, as in the caption. Default "series 1" and "series 2". */
  names?: readonly [first: string, second: string];
  /** Over the figure. Default none, as in a paper. */
  title?: string;
  /** Width in pixels, at least 320. Default 900. */
  width?: number;
  /** Height in pixels, at least 240. Default 520. */
  height?: number;
  /** "light" for paper, "dark" for screens. Default "light". */
  theme?: "light" | "dark";
  /** Colours of coherence; both can be read by the colour-blind and in grey. Default "Viridis". */
  colorscale?: "Viridis" | "Cividis";
  /** Level of significance that the contour shows; must be that of `result.significance`. Default that of the result, else 0.95. */
  level?: number;
  /** Shortest and longest period to draw. Default all. */
  periodRange?: readonly [shortest: number, longest: number];
  /** Phase arrows, or false for none. */
  arrows?: boolean | ArrowOptions;
  /** At most so many cells in the map; more are thinned by taking samples. Default 20,000. */
  maxPoints?: number;
  /** Other words for the figure. */
  labels?: Partial<WctLabels>;
}

/** Refuses a result or options that cannot be drawn. */
export function checkWct(result: WctFigureInput, options: PlotWctOptions): void {
  const [scales, times] = Array.isArray(result?.shape) ? result.shape : [NaN, NaN];
  requireWhole("result.shape[0]", scales, 2);
  requireWhole("result.shape[1]", times, 2);
  requireLength("result.coherence", result.coherence, scales * times);
  requireLength("result.smoothedPhase", result.smoothedPhase, scales * times);
  requireLength("result.periods", result.periods, scales);
  requireLength("result.coi", result.coi, times);
  if (result.significance !== undefined) requireLength("result.significance", result.significance, scales);
  if (result.pValues !== undefined) requireLength("result.pValues", result.pValues, scales * times);
  if (result.dt !== undefined) requirePositive("result.dt", result.dt);
  requirePositive("result.periods[0]", result.periods[0]);
  requireIncreasing("result.periods", result.periods);
  if (options.times !== undefined) {
    requireLength("times", options.times, times);
    requireIncreasing("times", options.times as ArrayLike<number>);
  }
  const { names, width = 900, height = 520, theme = "light", colorscale = "Viridis", level = result.level ?? 0.95 } =
    options;
  if (
    names !== undefined && !(Array.isArray(names) && names.length === 2 && names.every((s) => typeof s === "string"))
  ) {
    throw new InvalidArgumentError("names", names, "the names of two series");
  }
  requireWhole("width", width, 320);
  requireWhole("height", height, 240);
  requireOneOf("theme", theme, ["light", "dark"]);
  requireOneOf("colorscale", colorscale, ["Viridis", "Cividis"]);
  requireBetween("level", level, 0, 1);
  if (result.significance && result.level !== undefined && level !== result.level) {
    throw new InvalidArgumentError("level", level, `that of the result, ${result.level}`);
  }
  if (options.periodRange !== undefined) {
    const [shortest, longest] = Array.isArray(options.periodRange) ? options.periodRange : [NaN, NaN];
    const drawn = Array.from(result.periods).filter((period) => period >= shortest && period <= longest).length;
    if (drawn < 2) {
      throw new InvalidArgumentError("periodRange", options.periodRange, "a range that holds two periods or more");
    }
  }
  if (options.maxPoints !== undefined) requireWhole("maxPoints", options.maxPoints, 100);
  if (typeof options.arrows === "object" && options.arrows !== null) {
    const { threshold = 0.5, spacing = 28, length = 1 } = options.arrows;
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new InvalidArgumentError("arrows.threshold", threshold, "a number from 0 to 1");
    }
    if (!(spacing >= 8 && spacing < Infinity)) {
      throw new InvalidArgumentError("arrows.spacing", spacing, "a number of at least 8");
    }
    requirePositive("arrows.length", length);
  }
}

function requireLength(field: string, value: ArrayLike<unknown> | undefined, length: number): void {
  if (typeof value === "object" && value?.length === length) return;
  throw new InvalidArgumentError(field, value, `an array of length ${length}`);
}

function requireIncreasing(field: string, values: ArrayLike<number | Date>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(Number(values[i])) && (i === 0 || Number(values[i]) > Number(values[i - 1]))) continue;
    throw new InvalidArgumentError(`${field}[${i}]`, values[i], "finite and greater than the one before");
  }
}
