import { InvalidArgumentError, requireOneOf } from "../random/mod.ts";
import { motherFrom, type WaveletLike } from "../wavelet/mod.ts";
import { checkKnown, type OptionNames } from "./map_options.ts";
import { checkWct, type PlotWctOptions, WCT_OPTIONS, type WctFigureInput, type WctLabels } from "./wct_options.ts";

/** What a study's panel at the side can show. */
export type StudySide = "spectrum" | "share" | "mean";

/** Every word on the figure, so that it can speak another language. */
export interface StudyLabels extends WctLabels {
  /** Over the panel at the side, where it shows spectra. Default "Power / variance". */
  spectrum: string;
  /** Over the panel at the side, where it shows shares. Default "Time significant". */
  share: string;
  /** Over the panel at the side, where it shows means. Default "Mean R²". */
  mean: string;
  /** Names the dashed line beside shares. Default such as "5 % by chance". */
  chance: string;
  /** Names the dashed line beside spectra and means. Default such as "95 % level". */
  level: string;
}

/** Options of {@linkcode plotStudy}. */
export interface PlotStudyOptions extends Omit<PlotWctOptions, "labels"> {
  /** At most so many cells in the map; more are thinned by taking samples. Default 16,000. */
  maxPoints?: number;
  /** Units of the two series, on their axes. Default none. */
  units?: readonly [first: string, second: string];
  /**
   * What the panel at the side tells of each period:
   * - "spectrum": the global wavelet spectra of both series over their variances, each with the level that red noise with its lag-1
   *   autocorrelation stays below (Torrence and Compo 1998, equations 22 and 23);
   * - "share": the share of the samples outside the cone of influence that is significant, beside what chance alone gives;
   * - "mean": the mean coherence of those samples, beside the pointwise level.
   *
   * Default "spectrum", or "mean" where a series has gaps.
   */
  side?: StudySide;
  /** Mother wavelet of the result, for the spectra. Default "morlet". */
  wavelet?: WaveletLike;
  /** Other words for the figure. */
  labels?: Partial<StudyLabels>;
}

const STUDY_OPTIONS: OptionNames<PlotStudyOptions> = { ...WCT_OPTIONS, units: true, side: true, wavelet: true };

/** Two series that belong to a result. */
export type SeriesPair = readonly [ArrayLike<number>, ArrayLike<number>];

/** Refuses what cannot be drawn, and chooses the panel at the side. */
export function checkStudy(result: WctFigureInput, series: SeriesPair, options: PlotStudyOptions): StudySide {
  checkKnown(options, STUDY_OPTIONS);
  checkWct(result, options);
  const { periods, scales, significance, pValues, shape: [, n] } = result;
  for (const i of [0, 1]) {
    if (series?.[i]?.length === n) continue;
    throw new InvalidArgumentError(`series[${i}]`, series?.[i], `an array of length ${n}`);
  }
  const { units = ["", ""], wavelet = "morlet" } = options;
  if (!Array.isArray(units) || units.length !== 2) {
    throw new InvalidArgumentError("units", units, "the units of two series");
  }
  const whole = series.every((values) => Array.from(values).every(Number.isFinite));
  const { side = whole ? "spectrum" : "mean" } = options;
  requireOneOf("side", side, significance || pValues ? ["spectrum", "share", "mean"] : ["spectrum", "mean"]);
  const flambda = motherFrom(wavelet).flambda();
  if (side === "spectrum" && scales && Math.abs(flambda * scales[0] / periods[0] - 1) > 1e-6) {
    throw new InvalidArgumentError("wavelet", wavelet, "the one that the result was made with");
  }
  return side;
}
