import { InvalidArgumentError } from "../random/mod.ts";
import { ar1 } from "../wavelet/mod.ts";
import type { SeriesConfig, WctModel } from "./model.ts";
import { prepareSeries } from "./prepare_series.ts";
import type { PreparedSeries } from "./prepare_series.ts";
import { STUDY_TERMS } from "./series_terms.ts";
import type { SeriesTerms } from "./series_terms.ts";

/**
 * Prepares the series of a study for a test against AR(1) surrogates.
 *
 * @throws {InvalidArgumentError} What `prepareSeries` throws; and for a series that has no AR(1) coefficient, by its column and file.
 */
export async function testableSeries(model: WctModel, terms: SeriesTerms = STUDY_TERMS): Promise<PreparedSeries> {
  const prepared = await prepareSeries(model, terms);
  if (!model.significance.ar1) prepared.values.forEach((x, i) => requireMemory(x, model.series[i], terms));
  return prepared;
}

/** Refuses a series that is constant, too short, or mostly trend. */
function requireMemory(x: Float64Array<ArrayBuffer>, { value, file }: SeriesConfig, terms: SeriesTerms): void {
  try {
    ar1(x);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    const hint = x.every((one) => one === x[0])
      ? `Every sample is ${x[0]}`
      : x.length < 4
      ? undefined
      : `It is too short or its trend is too large: to remove a trend ${terms.detrend}`;
    throw new InvalidArgumentError(`${value} of ${file}`, x, cause.constraint, { hint, cause });
  }
}
