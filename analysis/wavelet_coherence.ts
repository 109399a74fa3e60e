import { Job, showProgress, showsAs } from "../backends/mod.ts";
import type { JobProgress, Provenance } from "../backends/mod.ts";
import { InvalidArgumentError, requireBetween, requireKnown, requireWhole } from "../random/mod.ts";
import { ar1, motherFrom, wct } from "../wavelet/mod.ts";
import type { CoherencePlanOptions, Series, WctOptions, WctResult } from "../wavelet/mod.ts";
import { pValues } from "./levels.ts";
import { regionBackend, testRegions } from "./test_regions.ts";
import { coherenceBundle } from "./show_results.ts";
import { type SignificanceAxis, significanceSpec } from "./significance_spec.ts";
import { kernelNote } from "./surrogate_counters.ts";
import { SURROGATE_OPTIONS, wctSignificance } from "./wct_significance.ts";
import type { SurrogateOptions } from "./wct_significance.ts";

/** Settings of the test in {@linkcode waveletCoherence}. */
export interface CoherenceTestOptions extends Omit<SurrogateOptions, "onProgress" | "signal"> {
  /** The level, between 0 and 1 (default 0.95). */
  level?: number;
  /** Lag-1 autocorrelations of the two series (default: estimated from them). */
  ar1?: readonly [number, number];
  /** `"single"` (default): the fast kernel. `"double"`: the readable oracle in float64. */
  precision?: SignificanceAxis["precision"];
  /**
   * How many more pairs of surrogates test each patch as a whole (default 0: none). They are computed on processors: after levels from
   * a graphics card, call {@linkcode testRegions} with another backend.
   */
  regionCount?: number;
}

/** Settings of {@linkcode waveletCoherence}. */
export interface WaveletCoherenceOptions extends Omit<WctOptions, "every" | "precision"> {
  /** How the null is simulated and at which level it is tested. */
  significance?: CoherenceTestOptions;
  /** Called as surrogates are done. */
  onProgress?: (progress: JobProgress) => void;
  /** Cancels the job when it aborts. */
  signal?: AbortSignal;
}

/** Wavelet coherence with its significance. Matrices are row-major with `shape` [scales, times]. */
export interface WaveletCoherence extends WctResult {
  /** Sampling interval. */
  readonly dt: number;
  /** Lag-1 autocorrelations of the two series under the null. */
  readonly ar1: readonly [number, number];
  /** The level of the test, such as 0.95. */
  readonly level: number;
  /** How many pairs of surrogates were simulated. */
  readonly mcCount: number;
  /** The coherence of each scale at that level; NaN where no sample lies outside the cone of influence. */
  readonly significance: Float64Array;
  /** Monte Carlo standard error of each level. */
  readonly standardError: Float64Array;
  /** 1 where coherence exceeds its level outside the cone of influence, else 0. */
  readonly significant: Uint8Array;
  /** P-value of each sample; NaN inside the cone of influence. */
  readonly pValues: Float64Array;
  /** The mass of the heaviest patch of each surrogate map, rising, where patches were tested; see {@linkcode significantRegions}. */
  readonly largestMasses?: Float64Array;
  /** How the map was made, defaults filled in, as data. */
  readonly plan: CoherencePlanOptions;
  /** Seed, backend, versions. */
  readonly provenance: Provenance;
}

/**
 * The main job in one call: wavelet coherence of two series, and where it exceeds what two independent AR(1) series with
 * the same autocorrelations would show (Grinsted et al. 2004).
 *
 * @example Two noisy records of one oscillation
 * ```ts
 * import { waveletCoherence } from "@morlet/morlet/analysis";
 * import { defaultRng } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const rng = defaultRng(1);
 * const wave = (lag: number) => Float64Array.from({ length: 256 }, (_, t) => Math.sin((t - lag) / 5) + rng.normal() / 2);
 * const result = await waveletCoherence(wave(0), wave(4), { dt: 1, significance: { mcCount: 50, seed: 42 } });
 * const period = result.periods.findIndex((p) => p > 2 * Math.PI * 5);
 * const middle = period * 256 + 128;
 * assert.ok(result.significant[middle] === 1 && result.pValues[middle] < 0.05);
 * assert.ok(Math.abs(result.smoothedPhase[middle] - 4 / 5) < 0.1, "the first series leads by 4 samples");
 * ```
 *
 * @param y1 First series.
 * @param y2 Second series, of the same length and times.
 * @param options Sampling interval, scales, and how to test.
 * @returns A job of the coherence, its levels, p-values and provenance.
 * @throws {InvalidArgumentError} If an argument cannot be used; before any work.
 */
export function waveletCoherence(
  y1: Series,
  y2: Series,
  settings: WaveletCoherenceOptions,
): Job<WaveletCoherence> {
  requireKnown("options", settings, OPTIONS);
  const { significance: test = {}, onProgress, signal, ...options } = settings;
  requireKnown("significance", test, TEST_OPTIONS);
  const { level = 0.95, ar1: given, verbose, regionCount = 0, ...rest } = test;
  const surrogates = { ...rest, verbose: false };
  requireBetween("significance.level", level, 0, 1);
  requireWhole("significance.regionCount", regionCount, 0);
  if (regionCount > 0) named(() => regionBackend(test.backend));
  const { dt, dj = 1 / 12, s0, J, wavelet = "morlet", convention = "exact", normalize, demean, pad } = options;
  if (y1?.length > LONG && rest.precision !== "double") {
    // What the surrogates' kernel has no room for is refused before the series are transformed.
    kernelNote(significanceSpec(0, 0, { dt, dj, s0, J, n: y1.length, wavelet, convention }));
  }
  const result = wct(y1, y2, options);
  const { coherence, scales, periods, coi, shape: [J1, times] } = result;
  const al = given ?? [estimate("y1", y1), estimate("y2", y2)] as const;
  const axis = { dt, dj, s0: scales[0], J: J1 - 1, n: times, wavelet, convention };
  const plan = { ...axis, wavelet: motherFrom(wavelet).toJSON(), normalize, demean, pad };
  const stop = new AbortController();
  const job = named(() =>
    wctSignificance(al[0], al[1], { ...axis, ...surrogates, significanceLevel: level, signal: stop.signal })
  );

  const whole = new Job<WaveletCoherence>(async (control) => {
    control.signal.addEventListener("abort", () => stop.abort(control.signal.reason), { once: true });
    const follow = <T>(part: Job<T>, before: number, after: number) => {
      let told = 0;
      part.on("progress", ({ done, total, status }) => {
        control.setTotal(before + total + after);
        control.advance(done - told);
        told = done;
        if (status !== undefined) control.setStatus(status);
      });
    };
    follow(job, 0, regionCount);
    const { significance, standardError, histogram, mcCount, provenance } = await job;
    const trusted = (j: number, t: number) => periods[j] <= coi[t];
    const significant = new Uint8Array(coherence.length);
    for (let at = 0; at < coherence.length; at++) {
      const j = Math.floor(at / times);
      if (coherence[at] > significance[j] && trusted(j, at % times)) significant[at] = 1;
    }
    const p = pValues(coherence, histogram, trusted);
    const tested = {
      dt,
      ar1: al,
      level,
      mcCount,
      significance,
      standardError,
      significant,
      pValues: p,
      provenance,
      plan,
    };
    const all: WaveletCoherence = Object.assign(result, tested); // a copy would compute the unsmoothed phase
    if (regionCount > 0) {
      const { tolerance: _, precision: __, ...where } = surrogates;
      const regions = testRegions(all, { ...where, mcCount: regionCount, signal: stop.signal });
      follow(regions, job.progress.total, 0);
      Object.assign(all, { largestMasses: (await regions).largestMasses });
    }
    return showsAs(all, () => coherenceBundle(all));
  }, { name: job.name, total: job.progress.total + regionCount, signal, onProgress, preview: () => job.preview });
  // Also when it is cancelled before it has begun.
  whole.on("failed", (reason) => stop.abort(reason));
  showProgress(whole, verbose);
  return whole;
}

/** The options there are, to find a misspelt one: a notebook's cells are not type-checked. */
const OPTIONS: readonly (keyof WaveletCoherenceOptions)[] = [
  "dt",
  "dj",
  "s0",
  "J",
  "wavelet",
  "convention",
  "normalize",
  "demean",
  "pad",
  "significance",
  "onProgress",
  "signal",
];
const TEST_OPTIONS: readonly (keyof CoherenceTestOptions)[] = [
  ...SURROGATE_OPTIONS.filter((key): key is Exclude<typeof key, "onProgress" | "signal"> =>
    key !== "onProgress" && key !== "signal"
  ),
  "level",
  "ar1",
  "precision",
  "regionCount",
];

function estimate(field: string, series: Series): number {
  try {
    return ar1(series).g;
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new InvalidArgumentError(field, series, cause.constraint, {
      hint: "It is too short or its trend is too large: remove the trend, or give significance.ar1",
      cause,
    });
  }
}

/** Lets the names in a refusal be those of this function's options. */
function named<T>(work: () => T): T {
  const names: Record<string, string> = { al1: "significance.ar1[0]", al2: "significance.ar1[1]" };
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const field = names[error.field] ?? (TEST_FIELDS.has(error.field) ? `significance.${error.field}` : error.field);
    if (field === error.field) throw error;
    throw new InvalidArgumentError(field, error.value, error.constraint, { hint: error.hint, cause: error });
  }
}

/** Records of so many samples may take more than the kernel's memory. */
const LONG = 2 ** 20;

const TEST_FIELDS = new Set(["mcCount", "tolerance", "seed", "backend", "nJobs", "precision"]);
