import { InvalidArgumentError, requireBetween, requireOneOf, requirePositive } from "../random/mod.ts";
import type { MapGrid } from "./map_canvas.ts";
import { checkKnown, checkMap, checkShape, MAP_OPTIONS, requireLength } from "./map_options.ts";
import type { MapOptions, OptionNames } from "./map_options.ts";

/** What {@linkcode plotCwt} draws: the shape of a result of `cwt`. Matrices are row-major, `[scales, times]`. */
export interface CwtFigureInput extends MapGrid {
  /** The transform. */
  W: { re: ArrayLike<number>; im: ArrayLike<number> };
}

/** Every word on the figure, so that it can speak another language. */
export interface CwtLabels {
  /** Over the colour bar. Default "Power", with the unit; "Phase (degrees)" where the phase is shown. */
  quantity: string;
  /** On the vertical axis, before the unit. Default "Period". */
  period: string;
  /** When pointed at. Default "Power". */
  power: string;
  /** When pointed at. Default "Phase". */
  phase: string;
  /** When pointed at: power divided by its level of significance. Default "Power / level". */
  ratio: string;
  /** Below the figure. Default a sentence on each thing that is drawn. Empty: no caption. */
  caption: string;
}

/** Options of {@linkcode plotCwt}. */
export interface PlotCwtOptions extends MapOptions {
  /** What is shown as colour: "power" on a scale of powers of two, or "phase" on a cyclic one. Default "power". */
  show?: "power" | "phase";
  /** Power that is significant, one a scale, as `significance` gives it, in the unit of the power. NaN where it cannot be tested. */
  significance?: ArrayLike<number>;
  /** Level of `significance`, for the caption. Default 0.95. */
  level?: number;
  /** Divides the power, and `significance` with it: with the series' variance, white noise has a mean of 1. Default 1. */
  variance?: number;
  /** Unit of the series, such as "°C"; the power has its square. Default none, and none where `variance` is given. */
  unit?: string;
  /** Name of the series, as in the description. Default "the series". */
  name?: string;
  /** Time between samples, for the time axis where no times are given. Default 1. */
  dt?: number;
  /** Other words for the figure. */
  labels?: Partial<CwtLabels>;
}

const CWT_OPTIONS: OptionNames<PlotCwtOptions> = {
  ...MAP_OPTIONS,
  show: true,
  significance: true,
  level: true,
  variance: true,
  unit: true,
  name: true,
  dt: true,
  labels: true,
};

/** Refuses a result or options that cannot be drawn. */
export function checkCwt(result: CwtFigureInput, options: PlotCwtOptions): void {
  const [scales, times] = checkShape(result);
  requireLength("result.W.re", result.W?.re, scales * times);
  requireLength("result.W.im", result.W?.im, scales * times);
  checkKnown(options, CWT_OPTIONS);
  checkMap(result, options);
  const { show = "power", significance, level = 0.95, variance = 1, dt = 1 } = options;
  requireOneOf("show", show, ["power", "phase"]);
  if (significance !== undefined) {
    requireLength("significance", significance, scales);
    checkLevels("significance", significance);
  }
  requireBetween("level", level, 0, 1);
  requirePositive("variance", variance);
  requirePositive("dt", dt);
}

/** Refuses levels of which none is a positive number. */
export function checkLevels(field: string, levels: ArrayLike<number>): void {
  if (Array.from(levels).some((level) => level > 0)) return;
  throw new InvalidArgumentError(field, levels, "levels of which one at least is positive");
}
