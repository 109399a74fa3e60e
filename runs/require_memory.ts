import { InvalidArgumentError } from "../random/mod.ts";
import { ar1 } from "../wavelet/mod.ts";
import type { WctModel } from "./model.ts";
import type { PreparedSeries } from "./prepare_series.ts";
import { STUDY_TERMS } from "./series_terms.ts";
import type { SeriesTerms } from "./series_terms.ts";

/** Refuses a series, by its column and file, that has no AR(1) coefficient: it is constant, too short, or mostly trend. */
export function requireMemory(
  { values }: PreparedSeries,
  { series, significance }: WctModel,
  terms: SeriesTerms = STUDY_TERMS,
): void {
  if (significance.ar1) return;
  values.forEach((x, i) => {
    try {
      ar1(x);
    } catch (cause) {
      if (!(cause instanceof InvalidArgumentError)) throw cause;
      const { value, file } = series[i];
      const hint = x.every((one) => one === x[0])
        ? `Every sample is ${x[0]}`
        : `It is too short or its trend is too large: to remove a trend ${terms.detrend}`;
      throw new InvalidArgumentError(`${value} of ${file}`, x, cause.constraint, { hint, cause });
    }
  });
}
