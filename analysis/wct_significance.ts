import { getBackend, Job } from "../backends/mod.ts";
import type { Backend, JobProgress, Provenance } from "../backends/mod.ts";
import {
  InvalidArgumentError,
  requireBetween,
  requireOneOf,
  requirePositive,
  requireWhole,
  SeedSequence,
} from "../random/mod.ts";
import type { Entropy } from "../random/mod.ts";
import { CONVENTIONS, motherFrom } from "../wavelet/mod.ts";
import type { Convention, WaveletLike } from "../wavelet/mod.ts";
import { significanceLevels } from "./levels.ts";
import { SIGNIFICANCE_TASK, surrogatePlan } from "./significance_task.ts";
import type { SignificanceSpec } from "./significance_task.ts";

/** How the null is simulated, whatever the record. */
export interface SurrogateOptions {
  /** How many pairs of surrogates (default 300). */
  mcCount?: number;
  /** `"double"`: the readable oracle in float64. */
  precision?: "double" | "single";
  /** Master seed. Drawn when left out, and told in the provenance. */
  seed?: Entropy;
  /** A backend's name, or an open backend (default: the registry's default). */
  backend?: string | Backend;
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
export interface WctSignificanceOptions extends SurrogateOptions {
  /** Sampling interval. */
  dt: number;
  /** Spacing of the scales in octaves (default 1/12). */
  dj?: number;
  /** Smallest scale, in the unit of dt (default: the one whose Fourier period is 2 dt). */
  s0?: number;
  /** The scales are numbered 0 to J (default: up to the length of the record). */
  J?: number;
  /** Samples of the record that is tested (default: six times the largest scale). */
  n?: number;
  /** The level, between 0 and 1 (default 0.95). */
  significanceLevel?: number;
  /** Mother wavelet (default Morlet with f0 = 6). */
  wavelet?: WaveletLike;
  /** Whose smoothing window is used (default `"exact"`). */
  convention?: Convention;
}

/** Levels of significance of wavelet coherence. */
export interface WctSignificance {
  /** The level of each scale; NaN where the record has no sample outside the cone of influence. */
  readonly significance: Float64Array;
  /** Counts of the surrogates' coherence, row-major, shape [scales, 1024]: what levels and p-values are read from. */
  readonly histogram: Float64Array;
  /** The scales, in the unit of dt. */
  readonly scales: Float64Array;
  /** Their Fourier periods, in the unit of dt. */
  readonly periods: Float64Array;
  /** How many pairs of surrogates were simulated. */
  readonly mcCount: number;
  /** Seed, backend, versions. */
  readonly provenance: Provenance;
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
  const { mcCount = 300, significanceLevel = 0.95, seed, backend: chosen, nJobs, verbose, onProgress, signal } =
    options;
  requireBetween("al1", al1, -1, 1);
  requireBetween("al2", al2, -1, 1);
  requireBetween("significanceLevel", significanceLevel, 0, 1);
  requireWhole("mcCount", mcCount, 1);
  if (seed !== undefined) new SeedSequence(seed);
  const spec = significanceSpec(al1, al2, options);
  const { scales, periods } = surrogatePlan(spec);
  const own = chosen === undefined || typeof chosen === "string";
  const backend = own ? getBackend(chosen) : chosen;

  const task = { ...SIGNIFICANCE_TASK, args: [spec] };
  return new Job<WctSignificance>(async (control) => {
    await using _closed = own ? backend : undefined;
    let told = 0;
    const { partial: histogram, provenance } = await backend.runTask<Float64Array>(task, {
      nSimulations: mcCount,
      seed,
      nJobs,
      verbose,
      signal: control.signal,
      onProgress({ done }) {
        control.advance(done - told);
        told = done;
      },
    });
    const significance = significanceLevels(histogram, significanceLevel);
    return { significance, histogram, scales, periods, mcCount, provenance };
  }, { name: `Significance of coherence from ${mcCount} surrogates`, total: mcCount, signal, onProgress });
}

/** Fills in the defaults of the plan and refuses what cannot be used. */
function significanceSpec(al1: number, al2: number, options: WctSignificanceOptions): SignificanceSpec {
  const { dt, dj = 1 / 12, wavelet = "morlet", convention = "exact", precision = "double", n: given } = options;
  requirePositive("dt", dt);
  requirePositive("dj", dj);
  requireOneOf("convention", convention, CONVENTIONS);
  requireOneOf("precision", precision, ["double"]);
  const mother = motherFrom(wavelet);
  const s0 = options.s0 ?? 2 * dt / mother.flambda();
  requirePositive("s0", s0);
  if (given !== undefined) requireWhole("n", given, 1);
  if (options.J === undefined && given === undefined) {
    throw new InvalidArgumentError("J", undefined, "given where n is not");
  }
  const J = options.J ?? Math.max(0, Math.round(Math.log2(given! * dt / s0) / dj));
  requireWhole("J", J, 0);
  const n = given ?? Math.ceil(6 * s0 * 2 ** (J * dj) / dt);
  const spec = { n, dt, dj, s0, J, wavelet: mother.toJSON(), convention, ar1: [al1, al2] as const, precision };
  if (surrogatePlan(spec).lastOutside < 0) {
    throw new InvalidArgumentError(
      "n",
      n,
      "so long that the smallest scale has a sample outside the cone of influence",
    );
  }
  return spec;
}
