import { contentHash, drawSeed, getBackend, Job, showProgress, showsAs } from "../backends/mod.ts";
import type { Backend, JobControl, JobProgress, Provenance } from "../backends/mod.ts";
import {
  InvalidArgumentError,
  requireBetween,
  requireKnown,
  requirePositive,
  requireSeed,
  requireWhole,
} from "../random/mod.ts";
import type { Entropy } from "../random/mod.ts";
import { openCache, requireCache } from "./level_cache.ts";
import { levelsBundle, levelsPicture } from "./show_results.ts";
import { significanceLevels, standardErrors } from "./levels.ts";
import { significanceSpec } from "./significance_spec.ts";
import type { SignificanceAxis } from "./significance_spec.ts";
import { ALGORITHM, SIGNIFICANCE_TASK } from "./significance_task.ts";
import { kernelNote, surrogatePlan } from "./surrogate_counters.ts";
import { BATCH, BINS, mostSurrogates, type SurrogateCounts } from "./surrogate_counts.ts";

/** How the null is simulated, whatever the record. */
export interface SurrogateOptions {
  /** How many pairs of surrogates (default 300), or `"auto"`: as many as the tolerance takes. */
  mcCount?: number | "auto";
  /** With `mcCount: "auto"`, the standard error that the level of every tested scale may have (default 0.01). */
  tolerance?: number;
  /** Master seed. Drawn when left out, and told in the provenance. */
  seed?: Entropy;
  /** A backend's name, or an open backend (default: the registry's default). */
  backend?: string | Backend;
  /**
   * Where computed levels are kept, under the hash of all that decides them: true (default) for Morlet's folder in the user's
   * cache folder, false for nowhere, or a folder. Without a seed nothing is kept.
   */
  cache?: boolean | string;
  /** How many surrogates are computed side by side; overrides the backend's configuration. */
  nJobs?: number;
  /** Shows a progress bar (default: where the error stream is a terminal). */
  verbose?: boolean;
  /** Called as surrogates are done. */
  onProgress?: (progress: JobProgress) => void;
  /** Cancels the job when it aborts. */
  signal?: AbortSignal;
}

/** Settings of {@linkcode wctSignificance}. */
export interface WctSignificanceOptions extends SurrogateOptions, SignificanceAxis {
  /** The level, between 0 and 1 (default 0.95). */
  significanceLevel?: number;
}

/** Levels of significance of wavelet coherence. */
export interface WctSignificance {
  /** The level of each scale; NaN where the record has no sample outside the cone of influence. */
  readonly significance: Float64Array;
  /** Monte Carlo standard error of each level; NaN where there is no level, or fewer than 32 surrogates. */
  readonly standardError: Float64Array;
  /** Counts of the surrogates' coherence, row-major, shape [scales, 1024]: what levels and p-values are read from. */
  readonly histogram: Float64Array;
  /** The scales, in the unit of dt. */
  readonly scales: Float64Array;
  /** Their Fourier periods, in the unit of dt. */
  readonly periods: Float64Array;
  /** How many pairs of surrogates were simulated. */
  readonly mcCount: number;
  /** Seed, backend, versions: of the computation, also when its result comes from the cache. */
  readonly provenance: Provenance;
  /** Whether the result comes from the cache. */
  readonly cached: boolean;
  /** Where the fast kernel was slower or less exact than it can be: mothers and scales that are not band-limited enough. */
  readonly note?: string;
}

/**
 * Simulates the null hypothesis of wavelet coherence, two independent AR(1) series, and gives for each scale the coherence that
 * a share `significanceLevel` of the null stays below (Grinsted et al. 2004, section 3.4).
 *
 * The surrogates have the length of the record, and only samples outside the cone of influence count: so the ends of the
 * record, which raise coherence at large scales, raise the levels as much. Scales without such a sample are NaN and cost
 * nothing. The levels hold pointwise: of a map of two unrelated series, about 5 % exceeds the 95 % level.
 *
 * @example Levels for a record of 128 samples
 * ```ts
 * import { wctSignificance } from "@morlet/morlet/analysis";
 * import assert from "node:assert/strict";
 *
 * const { significance, provenance } = await wctSignificance(0.7, 0.5, { dt: 1, n: 128, mcCount: 50, seed: 42 });
 * assert.ok(significance[20] > 0.65 && significance[20] < 0.8);
 * assert.ok(Number.isNaN(significance.at(-1)), "the largest scale lies inside the cone");
 * assert.equal(provenance.seed, 42);
 * ```
 *
 * @param al1 Lag-1 autocorrelation of the first series, between -1 and 1.
 * @param al2 Lag-1 autocorrelation of the second series.
 * @param options The scales, and how to simulate.
 * @returns A job of the levels.
 * @throws {InvalidArgumentError} If an argument cannot be used; before any work.
 */
export function wctSignificance(al1: number, al2: number, options: WctSignificanceOptions): Job<WctSignificance> {
  requireKnown("options", options, OPTIONS);
  const { mcCount = 300, tolerance = 0.01, significanceLevel = 0.95, seed, backend: chosen, cache = true } = options;
  const { nJobs, verbose, onProgress, signal } = options;
  requireBetween("significanceLevel", significanceLevel, 0, 1);
  requirePositive("tolerance", tolerance);
  if (mcCount !== "auto") requireWhole("mcCount", mcCount, 1);
  if (seed !== undefined) requireSeed("seed", seed);
  requireCache(cache);
  const spec = significanceSpec(al1, al2, options);
  const most = mostSurrogates(spec.n);
  if (mcCount !== "auto" && mcCount > most) {
    throw new InvalidArgumentError(
      "mcCount",
      mcCount,
      `at most ${most} at ${spec.n} samples, so that counts are exact`,
    );
  }
  const note = spec.precision === "single" ? kernelNote(spec) : undefined;
  const { scales, periods } = surrogatePlan(spec);
  const own = chosen === undefined || typeof chosen === "string";
  const backend = own ? getBackend(chosen) : chosen;
  const masterSeed = seed ?? drawSeed();
  let latest: SurrogateCounts | undefined;

  async function simulate(count: number, control: JobControl): Promise<Counted> {
    let told = 0;
    const task = { ...SIGNIFICANCE_TASK, args: [spec] };
    const { partial: counts, provenance } = await backend.runTask<SurrogateCounts>(task, {
      nSimulations: count,
      seed: masterSeed,
      nJobs,
      verbose: false, // this job shows its own
      signal: control.signal,
      onPartial: (counts) => latest = counts as SurrogateCounts,
      onProgress({ done, status }) {
        control.advance(done - told);
        told = done;
        if (status !== undefined) control.setStatus(status);
      },
    });
    return { counts, provenance };
  }

  async function levels(count: number, control: JobControl): Promise<WctSignificance> {
    const kept = seed === undefined ? undefined : await openCache(cache);
    // The bits of a GPU are its own.
    const { deterministic } = backend.getCapabilities(), bits = deterministic ? [] : [backend.name];
    const key = contentHash(["levels", ALGORITHM, spec, count, masterSeed, ...bits]);
    const found = await kept?.get(key) as Counted | undefined;
    const { counts, provenance } = found ?? await simulate(count, control);
    if (found) control.advance(count);
    else await kept?.set(key, { counts, provenance } satisfies Counted);
    const histogram = new Float64Array(scales.length * BINS);
    histogram.set(counts.histogram);
    const significance = significanceLevels(histogram, significanceLevel);
    const standardError = standardErrors(significance, counts);
    const cached = found !== undefined;
    const result = {
      significance,
      standardError,
      histogram,
      scales,
      periods,
      mcCount: count,
      provenance: { ...provenance, planHash: key },
      cached,
      note: deterministic || spec.precision === "double" ? note : kernelNote(spec, false),
    };
    return showsAs(result, () => levelsBundle(result, significanceLevel));
  }

  const job = new Job<WctSignificance>(async (control) => {
    await using _closed = own ? backend : undefined;
    if (mcCount !== "auto") return await levels(mcCount, control);
    let total = 0;
    for (let count = FIRST_ROUND;;) {
      control.setTotal(total += count);
      const result = await levels(count, control);
      const worst = result.standardError.reduce((most, error) => error > most ? error : most, 0);
      if (worst <= tolerance) return result;
      // The error falls with the square root of the count; a little more saves a round.
      count = BATCH * Math.ceil(count * Math.max(1.2, Math.min(MOST_AT_ONCE, 1.1 * (worst / tolerance) ** 2)) / BATCH);
    }
  }, {
    signal,
    onProgress,
    name: `Significance of coherence from ${mcCount === "auto" ? "" : `${mcCount} `}surrogates`,
    total: mcCount === "auto" ? FIRST_ROUND : mcCount,
    preview: () => latest && levelsPicture(periods, significanceLevels(latest.histogram, significanceLevel)),
  });
  showProgress(job, verbose);
  return job;
}

/** The options there are, to find a misspelt one: a notebook's cells are not type-checked. */
export const SURROGATE_OPTIONS: readonly (keyof SurrogateOptions)[] = [
  "mcCount",
  "tolerance",
  "seed",
  "backend",
  "cache",
  "nJobs",
  "verbose",
  "onProgress",
  "signal",
];
const OPTIONS: readonly (keyof WctSignificanceOptions)[] = [
  ...SURROGATE_OPTIONS,
  "dt",
  "dj",
  "s0",
  "J",
  "n",
  "wavelet",
  "convention",
  "precision",
  "significanceLevel",
];

/** Surrogates that `mcCount: "auto"` begins with, to learn how many it takes. */
const FIRST_ROUND = 16 * BATCH;
/** A first estimate of the error is itself uncertain: grow by no more than this at once. */
const MOST_AT_ONCE = 20;

/** What the cache keeps. */
interface Counted {
  counts: SurrogateCounts;
  provenance: Provenance;
}
