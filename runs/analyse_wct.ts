import { contentHash, getBackend, Job } from "../backends/mod.ts";
import type { Backend, JobProgress } from "../backends/mod.ts";
import { waveletCoherence } from "../analysis/mod.ts";
import type { WaveletCoherence } from "../analysis/mod.ts";
import type { Entropy } from "../random/mod.ts";
import type { WctModel } from "./model.ts";
import type { PreparedSeries } from "./prepare_series.ts";
import type { SeriesTerms } from "./series_terms.ts";
import { testableSeries } from "./testable_series.ts";

/** What is not of the model when it is analysed. */
export interface AnalyseOptions {
  /** Master seed (default: drawn, and told in the provenance). */
  seed?: Entropy;
  /** The backend that simulates, or its name (default: the model's). */
  backend?: string | Backend;
  /** How messages call the settings of the series (default: as a study's file does). */
  terms?: SeriesTerms;
  /** Called as surrogates are done. */
  onProgress?: (progress: JobProgress) => void;
  /** Cancels the job when it aborts. */
  signal?: AbortSignal;
}

/** The series of a study and their coherence. */
export interface WctStudyResult extends PreparedSeries {
  /** The coherence, with its significance. */
  readonly result: WaveletCoherence;
  /** SHA-256 over the levels of significance, as little-endian float64: equal wherever the study ran. */
  readonly checksum: string;
}

/**
 * Reads the series of a `wct` model, prepares them and tests their coherence: a study without its workspace.
 *
 * @param model The model, as `WctModelConfig.parse` gives it.
 * @param options Seed, backend, progress.
 * @returns A job of the series and their coherence.
 * @throws {InvalidArgumentError} Naming the file, the column, or the setting that cannot be used.
 */
export function analyseWct(model: WctModel, options: AnalyseOptions = {}): Job<WctStudyResult> {
  const { seed, terms, onProgress, signal } = options;
  const { analysis, significance: test } = model;
  const { level, mc_count: mcCount, tolerance, region_count: regionCount, ar1, backend: config } = test;
  return new Job<WctStudyResult>(async (control) => {
    const series = await testableSeries(model, terms);
    const { backend: chosen } = options;
    await using own = chosen === undefined
      ? getBackend(config.type, config)
      : typeof chosen === "string"
      ? getBackend(chosen)
      : undefined;
    let told = 0;
    const result = await waveletCoherence(...series.values, {
      dt: series.axis.dt,
      ...analysis,
      significance: {
        level,
        mcCount,
        tolerance,
        regionCount,
        ar1,
        seed,
        backend: own ?? chosen,
        cache: false,
        verbose: false,
      },
      signal: control.signal,
      onProgress({ done, total }) {
        control.setTotal(total);
        control.advance(done - told);
        told = done;
      },
    });
    return { ...series, result, checksum: contentHash(result.significance) };
  }, {
    name: `The study of ${model.series.map(({ value }) => value).join(" and ")}`,
    total: (mcCount === "auto" ? 1 : mcCount) + regionCount,
    signal,
    onProgress,
  });
}
