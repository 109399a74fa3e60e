import { requireBetween, requirePositive } from "../random/mod.ts";
import type { MapGrid } from "./map_canvas.ts";
import { type ArrowOptions, checkKnown, checkMap, checkNames, checkShape, requireLength } from "./map_options.ts";
import { MAP_OPTIONS, type MapOptions, type OptionNames } from "./map_options.ts";

/** What {@linkcode plotXwt} draws: the shape of a result of `xwt`. Matrices are row-major, `[scales, times]`. */
export interface XwtFigureInput extends MapGrid {
  /** Cross spectrum W1 conj(W2). */
  W12: { re: ArrayLike<number>; im: ArrayLike<number> };
  /** Its angle, in radians; positive where the first series leads. */
  phase: ArrayLike<number>;
  /** The modulus |W12| that is significant, one a scale; NaN where it cannot be tested. */
  significance?: ArrayLike<number>;
}

/** Every word on the figure, so that it can speak another language. */
export interface XwtLabels {
  /** Over the colour bar. Default "Cross power |W₁₂|". */
  quantity: string;
  /** On the vertical axis, before the unit. Default "Period". */
  period: string;
  /** When pointed at. Default "Cross power". */
  power: string;
  /** When pointed at: cross power divided by its level of significance. Default "Cross power / level". */
  ratio: string;
  /** When pointed at. Default "Phase". */
  phase: string;
  /** When pointed at, before the number of periods' unit; positive where the first series leads. Default "{first} leads by". */
  lag: string;
  /** Below the figure. Default a sentence on each thing that is drawn. Empty: no caption. */
  caption: string;
}

/** Options of {@linkcode plotXwt}. */
export interface PlotXwtOptions extends MapOptions {
  /** Names of the two series, as in the caption. Default "series 1" and "series 2". */
  names?: readonly [first: string, second: string];
  /** Level of `result.significance`, for the caption. Default 0.95. */
  level?: number;
  /** Time between samples, for the time axis where no times are given. Default 1. */
  dt?: number;
  /**
   * Phase arrows, or false for none. Their threshold is in units of the level of significance (default 0.5), or of the largest cross
   * power where there is none (default 0.1).
   */
  arrows?: boolean | ArrowOptions;
  /** Other words for the figure. */
  labels?: Partial<XwtLabels>;
}

const XWT_OPTIONS: OptionNames<PlotXwtOptions> = {
  ...MAP_OPTIONS,
  names: true,
  level: true,
  dt: true,
  arrows: true,
  labels: true,
};

/** Refuses a result or options that cannot be drawn. */
export function checkXwt(result: XwtFigureInput, options: PlotXwtOptions): void {
  const [scales, times] = checkShape(result);
  requireLength("result.W12.re", result.W12?.re, scales * times);
  requireLength("result.W12.im", result.W12?.im, scales * times);
  requireLength("result.phase", result.phase, scales * times);
  checkKnown(options, XWT_OPTIONS);
  checkMap(result, options);
  if (result.significance !== undefined) requireLength("result.significance", result.significance, scales);
  checkNames(options.names);
  requireBetween("level", options.level ?? 0.95, 0, 1);
  requirePositive("dt", options.dt ?? 1);
}
