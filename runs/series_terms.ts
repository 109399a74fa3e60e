/** A setting of one series. */
export type SeriesSetting = "format" | "value" | "time" | "max_gap";

/** How messages on series call the settings: as a study's file does, or as who asked for them does. */
export interface SeriesTerms {
  /** A setting of series 0 or 1. */
  readonly field: (series: number, setting: SeriesSetting) => string;
  /** The unit of times. */
  readonly unit: string;
  /** The step between samples that have no times. */
  readonly step: string;
  /** How to take means of months: "take ...". */
  readonly monthly: string;
  /** How to have gaps filled. */
  readonly fillGaps: string;
  /** The seasonal cycle that is removed. */
  readonly deseason: string;
  /** How to remove a trend. */
  readonly detrend: string;
  /** How to name the column of times, or that of this name. */
  readonly times: (column?: string) => string;
}

/** The terms of a study's file. */
export const STUDY_TERMS: SeriesTerms = {
  field: (series, setting) => `model.series.${series}.${setting}`,
  unit: "time.unit",
  step: "time.step",
  monthly: `take mean: "monthly"`,
  fillGaps: `take gaps: "interpolate"`,
  deseason: "prepare.deseason",
  detrend: `take prepare.detrend: "linear", or growth: true`,
  times: (column = "a column") => `time: ${column}`,
};
