import { InvalidArgumentError, requireBetween, requirePositive } from "../random/mod.ts";
import { type ArrowOptions, checkMap, checkNames, checkShape, requireLength } from "./map_options.ts";
import { MAP_OPTIONS, type MapOptions, type OptionNames } from "./map_options.ts";

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
  /** Scales of the transform, in the unit of `dt`. */
  scales?: ArrayLike<number>;
  /** Time between samples. Default 1. */
  dt?: number;
  /** Coherence that is significant, one a scale; NaN where it cannot be tested. */
  significance?: ArrayLike<number>;
  /** p-value of each sample; NaN inside the cone of influence. */
  pValues?: ArrayLike<number>;
  /** 1 where coherence is significant, else 0. */
  significant?: ArrayLike<number>;
  /** Where patches were tested, the mass of the heaviest patch of each surrogate map: patches with small p-values are drawn thick. */
  largestMasses?: ArrayLike<number>;
  /** Level of `significance`. Default: that of the options. */
  level?: number;
  /** Lag-1 autocorrelations of the two series under the null. */
  ar1?: readonly [number, number];
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
  /** When a patch is pointed at, where patches were tested. Default "p of the patch". */
  regionPValue: string;
  /** Below the figure: what arrows, contour and hatching mean. Default a sentence on each that is drawn. Empty: no caption. */
  caption: string;
}

/** Options of {@linkcode plotWct}. */
export interface PlotWctOptions extends MapOptions {
  /** Names of the two series, as in the caption. Default "series 1" and "series 2". */
  names?: readonly [first: string, second: string];
  /** Level of significance that the contour shows; must be that of `result.significance`. Default that of the result, else 0.95. */
  level?: number;
  /** Phase arrows, or false for none. */
  arrows?: boolean | ArrowOptions;
  /** Other words for the figure. */
  labels?: Partial<WctLabels>;
}

/** The options of {@linkcode PlotWctOptions}. */
export const WCT_OPTIONS: OptionNames<PlotWctOptions> = {
  ...MAP_OPTIONS,
  names: true,
  level: true,
  arrows: true,
  labels: true,
};

/** Refuses a result or options that cannot be drawn. */
export function checkWct(result: WctFigureInput, options: PlotWctOptions): void {
  const [scales, times] = checkShape(result);
  requireLength("result.coherence", result.coherence, scales * times);
  requireLength("result.smoothedPhase", result.smoothedPhase, scales * times);
  checkMap(result, options);
  if (result.significance !== undefined) requireLength("result.significance", result.significance, scales);
  if (result.pValues !== undefined) requireLength("result.pValues", result.pValues, scales * times);
  if (result.significant !== undefined) requireLength("result.significant", result.significant, scales * times);
  if (result.dt !== undefined) requirePositive("result.dt", result.dt);
  checkNames(options.names);
  const { level = result.level ?? 0.95 } = options;
  requireBetween("level", level, 0, 1);
  if (result.significance && result.level !== undefined && level !== result.level) {
    throw new InvalidArgumentError("level", level, `that of the result, ${result.level}`);
  }
  const threshold = typeof options.arrows === "object" ? options.arrows?.threshold ?? 0 : 0;
  if (threshold > 1) throw new InvalidArgumentError("arrows.threshold", threshold, "a number from 0 to 1");
}
