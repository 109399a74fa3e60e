import { InvalidArgumentError, requireKnown, requireOneOf, requirePositive, requireWhole } from "../random/mod.ts";
import { type PeriodRange, scalesInRange } from "./crop_periods.ts";
import type { MapGrid } from "./map_canvas.ts";

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

/** Options that every figure takes. */
export interface FigureOptions {
  /** Over the figure. Default none, as in a paper. */
  title?: string;
  /** Width in pixels, at least 320. Default 900. A page has it as wide as there is room. */
  width?: number;
  /** Height in pixels, at least 240. Default 520. In a low figure the caption is short, or left out. */
  height?: number;
  /** "light" for paper, "dark" for screens. Default "light". */
  theme?: "light" | "dark";
}

/** Options that every map over time and period takes. */
export interface MapOptions extends FigureOptions {
  /** When each sample was taken: dates (shown in UTC), or numbers such as decimal years. Default 0, dt, 2 dt ... */
  times?: readonly Date[] | ArrayLike<number>;
  /** On the time axis. Default "Time". */
  timeLabel?: string;
  /** Unit of the time axis where times are numbers, such as "years". Default none. */
  timeUnit?: string;
  /** Unit of `dt` and so of the periods. Default none. */
  periodUnit?: string;
  /** Colours; both can be read by the colour-blind and in grey. Default "Viridis". */
  colorscale?: "Viridis" | "Cividis";
  /** Shortest and longest period to draw, or "all". Default those that have a sample outside the cone of influence. */
  periodRange?: PeriodRange;
  /** At most so many cells in the map; more are thinned by taking samples. Default 20,000. */
  maxPoints?: number;
}

/** Every option of a type by its name, so that the compiler misses none: in a notebook, whose cells it does not see, a misspelt one is refused. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/** The options of {@linkcode FigureOptions}. */
export const FIGURE_OPTIONS: OptionNames<FigureOptions> = { title: true, width: true, height: true, theme: true };

/** The options of {@linkcode MapOptions}. */
export const MAP_OPTIONS: OptionNames<MapOptions> = {
  ...FIGURE_OPTIONS,
  times: true,
  timeLabel: true,
  timeUnit: true,
  periodUnit: true,
  colorscale: true,
  periodRange: true,
  maxPoints: true,
};

/** Refuses options that there are not. */
export function checkKnown<T>(options: T, names: OptionNames<T>): void {
  requireKnown("options", options, Object.keys(names));
}

/** Refuses options that no figure can have. */
export function checkFigure({ theme = "light" }: FigureOptions): void {
  requireOneOf("theme", theme, ["light", "dark"]);
}

/** Refuses a grid or options that cannot be drawn. */
export function checkMap(grid: MapGrid, options: MapOptions & { arrows?: boolean | ArrowOptions }): void {
  const [scales, times] = checkShape(grid);
  requireLength("result.coi", grid.coi, times);
  if (options.times !== undefined) {
    requireLength("times", options.times, times);
    requireIncreasing("times", options.times as ArrayLike<number>);
  }
  checkFigure(options);
  requireOneOf("colorscale", options.colorscale ?? "Viridis", ["Viridis", "Cividis"]);
  const { periodRange } = options;
  if (periodRange !== undefined && periodRange !== "all") {
    const [first, end] = Array.isArray(periodRange) ? scalesInRange(grid, periodRange) : [0, 0];
    if (end - first < 2) {
      throw new InvalidArgumentError("periodRange", periodRange, 'a range that holds two periods or more, or "all"');
    }
  }
  requireLength("result.periods", grid.periods, scales);
  if (options.maxPoints !== undefined) requireWhole("maxPoints", options.maxPoints, 100);
  if (typeof options.arrows === "object" && options.arrows !== null) {
    requireKnown("arrows", options.arrows, ["threshold", "spacing", "length", "insideCone"]);
    const { threshold = 0.5, spacing = 28, length = 1 } = options.arrows;
    if (!(threshold >= 0 && threshold < Infinity)) {
      throw new InvalidArgumentError("arrows.threshold", threshold, "a number of at least 0");
    }
    if (!(spacing >= 8 && spacing < Infinity)) {
      throw new InvalidArgumentError("arrows.spacing", spacing, "a number of at least 8");
    }
    requirePositive("arrows.length", length);
  }
}

/** Refuses a result without a shape, or whose periods do not fit it or do not increase. */
export function checkShape(
  result: { shape: readonly [number, number]; periods: ArrayLike<number> },
): readonly [scales: number, times: number] {
  if (typeof (result as { then?: unknown })?.then === "function") {
    throw new InvalidArgumentError("result", result, "a result, not the promise of one", { hint: "Await it" });
  }
  const [scales, times] = Array.isArray(result?.shape) ? result.shape : [NaN, NaN];
  requireWhole("result.shape[0]", scales, 2);
  requireWhole("result.shape[1]", times, 2);
  checkPeriods(result.periods, scales);
  return [scales, times];
}

/** Refuses periods that are not positive and increasing. */
export function checkPeriods(periods: ArrayLike<number>, scales: number): void {
  requireLength("result.periods", periods, scales);
  requirePositive("result.periods[0]", periods[0]);
  requireIncreasing("result.periods", periods);
}

/** Refuses names that are not two. */
export function checkNames(names: unknown): void {
  if (names === undefined || Array.isArray(names) && names.length === 2 && names.every((s) => typeof s === "string")) {
    return;
  }
  throw new InvalidArgumentError("names", names, "the names of two series");
}

/** Refuses a list of another length. */
export function requireLength(field: string, value: ArrayLike<unknown> | undefined, length: number): void {
  if (typeof value === "object" && value?.length === length) return;
  throw new InvalidArgumentError(field, value, `an array of length ${length}`);
}

function requireIncreasing(field: string, values: ArrayLike<number | Date>): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(Number(values[i])) && (i === 0 || Number(values[i]) > Number(values[i - 1]))) continue;
    throw new InvalidArgumentError(`${field}[${i}]`, values[i], "finite and greater than the one before");
  }
}
