import { contentHash, getBackend, Job, showProgress, showsAs } from "../backends/mod.ts";
import type { Backend, JobControl, Provenance } from "../backends/mod.ts";
import { InvalidArgumentError, requireKnown, requireSeed, requireWhole } from "../random/mod.ts";
import { openCache, requireCache } from "./level_cache.ts";
import { REGION_TASK, type RegionSpec } from "./region_task.ts";
import { regionsBundle } from "./show_results.ts";
import { requireResult, type SignificantRegion, significantRegions } from "./significant_regions.ts";
import { ALGORITHM } from "./significance_task.ts";
import type { WaveletCoherence } from "./wavelet_coherence.ts";
import type { SurrogateOptions } from "./wct_significance.ts";

/** Settings of {@linkcode testRegions}. */
export interface RegionTestOptions extends Omit<SurrogateOptions, "mcCount" | "tolerance"> {
  /** How many pairs of surrogates (default 1000). The smallest p-value there can be is 1 / (mcCount + 1). */
  mcCount?: number;
}

/** What the patches of a coherence map are worth as wholes. */
export interface RegionTest {
  /** The patches, the smallest {@linkcode SignificantRegion.regionPValue} first. */
  readonly regions: readonly Required<SignificantRegion>[];
  /** The null: the {@linkcode SignificantRegion.mass} of the heaviest patch of each surrogate map, rising; 0 where there is none. */
  readonly largestMasses: Float64Array;
  /** How many pairs of surrogates were simulated. */
  readonly mcCount: number;
  /** Seed, backend, versions: of the computation, also when its result comes from the cache. */
  readonly provenance: Provenance;
  /** Whether the null comes from the cache. */
  readonly cached: boolean;
}

/**
 * Tests each significant patch of a coherence map as a whole. A pointwise test at 5 % finds patches on the map of any two series; here
 * a patch is compared with the heaviest that chance makes. Surrogate pairs, independent AR(1) series of the record's length, are
 * analysed as the record was and compared with its pointwise levels; of each of their maps the heaviest patch outside the cone
 * of influence is kept (the largest-cluster statistic of Maris and Oostenveld 2007). A patch's p-value is
 * `(b + 1) / (mcCount + 1)`, where b maps have one as heavy (Davison and Hinkley 1997, equation 4.11).
 *
 * So of all maps of unrelated series 5 % have any patch with p <= 0.05, however many patches, scales and samples they have: the
 * family-wise error is controlled. What a small p says is that the series are related where the patch is, not that they are so at each
 * of its samples: its edge is that of the pointwise test. What is brief, or below the pointwise level, is missed.
 *
 * A patch's {@linkcode SignificantRegion.mass} is its area in octaves times periods, added up over all levels from the map's own to 1. A
 * wavelet, and so a patch that chance makes, lasts in proportion to its period: in this area, that of the areawise tests of Maraun, Kurths
 * and Holschneider (2007) and of Schulte, Duffy and Najjar (2015), long periods are not favoured. Adding up levels (Schulte 2016), as
 * the cluster mass of Bullmore et al. (1999) does, finds more than one level alone.
 *
 * Short periods have room for more patches, and so for heavier ones, than long ones. Where only some periods are of interest, say so
 * before looking, by `s0` and `J` of the analysis: the test is then the sharper.
 *
 * The surrogates are not those that made the levels, even with the same seed: they are drawn from another stream of each key.
 *
 * @example A common oscillation, and noise that merely looks significant here and there
 * ```ts
 * import { testRegions, waveletCoherence } from "@morlet/morlet/analysis";
 * import { defaultRng } from "@morlet/morlet/random";
 * import assert from "node:assert/strict";
 *
 * const rng = defaultRng(1);
 * const wave = (height: number) => Float64Array.from({ length: 256 }, (_, t) => height * Math.sin(t / 2) + rng.normal());
 * const significance = { seed: 42 };
 *
 * const related = await waveletCoherence(wave(1), wave(1), { dt: 1, significance });
 * const { regions: [first] } = await testRegions(related, { mcCount: 200 });
 * assert.ok(first.regionPValue < 0.05);
 *
 * const unrelated = await waveletCoherence(wave(0), wave(0), { dt: 1, significance });
 * const { regions } = await testRegions(unrelated, { mcCount: 200 });
 * assert.ok(regions.length > 5 && regions.every(({ pValue }) => pValue < 0.05));
 * assert.ok(regions.every(({ regionPValue }) => regionPValue > 0.05));
 * ```
 *
 * @param result What `waveletCoherence` gave.
 * @param options How many surrogates, and where they are simulated. The seed is the result's own unless one is given.
 * @returns A job of the patches with p-values of their own, and the null's masses.
 * @throws {InvalidArgumentError} If an argument cannot be used; before any work.
 */
export function testRegions(result: WaveletCoherence, options: RegionTestOptions = {}): Job<RegionTest> {
  requireKnown("options", options, OPTIONS);
  const { mcCount = 1000, seed, backend: chosen, cache = true, nJobs, verbose, onProgress, signal } = options;
  requireWhole("mcCount", mcCount, 1);
  if (seed !== undefined) requireSeed("seed", seed);
  requireCache(cache);
  requireResult(result);
  if (!result.plan) {
    throw new InvalidArgumentError("result", result, "what waveletCoherence gave, which has the plan of its map");
  }
  const spec: RegionSpec = { plan: result.plan, ar1: result.ar1, levels: result.significance };
  const masterSeed = seed ?? result.provenance.seed;
  const backend = regionBackend(chosen), own = backend !== chosen;

  async function simulate(control: JobControl): Promise<Simulated> {
    let told = 0;
    const { partial, provenance } = await backend.runTask<Float64Array>({ ...REGION_TASK, args: [spec] }, {
      nSimulations: mcCount,
      seed: masterSeed,
      nJobs,
      verbose: false, // this job shows its own
      signal: control.signal,
      onProgress({ done, status }) {
        control.advance(done - told);
        told = done;
        if (status !== undefined) control.setStatus(status);
      },
    });
    return { largestMasses: partial.toSorted(), provenance };
  }

  const job = new Job<RegionTest>(async (control) => {
    await using _closed = own ? backend : undefined;
    const kept = seed === undefined ? undefined : await openCache(cache);
    const key = contentHash(["masses", ALGORITHM, spec, mcCount, masterSeed]);
    const found = await kept?.get(key) as Simulated | undefined;
    const { largestMasses, provenance } = found ?? await simulate(control);
    if (found) control.advance(mcCount);
    else await kept?.set(key, { largestMasses, provenance } satisfies Simulated);
    const test = {
      regions: significantRegions(result, { largestMasses }) as Required<SignificantRegion>[],
      largestMasses,
      mcCount,
      provenance: { ...provenance, planHash: key },
      cached: found !== undefined,
    };
    return showsAs(test, () => regionsBundle(test));
  }, { signal, onProgress, name: `Test of patches by ${mcCount} surrogates`, total: mcCount });
  showProgress(job, verbose);
  return job;
}

/**
 * The backend that an option names, if it can test patches.
 *
 * @throws {InvalidArgumentError} If it runs nothing but GPU programs.
 */
export function regionBackend(chosen?: string | Backend): Backend {
  const backend = chosen === undefined || typeof chosen === "string" ? getBackend(chosen) : chosen;
  if (!backend.getCapabilities().gpu) return backend;
  const able = 'one that computes on processors, as "workers" does, to test patches';
  throw new InvalidArgumentError("backend", backend.name, able);
}

/** The options there are, to find a misspelt one: a notebook's cells are not type-checked. */
const OPTIONS: readonly (keyof RegionTestOptions)[] = [
  "mcCount",
  "seed",
  "backend",
  "cache",
  "nJobs",
  "verbose",
  "onProgress",
  "signal",
];

/** What the cache keeps. */
interface Simulated {
  largestMasses: Float64Array;
  provenance: Provenance;
}
