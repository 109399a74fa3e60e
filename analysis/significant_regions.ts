import { Job } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";
import { RegionMass } from "./region_mass.ts";
import type { WaveletCoherence } from "./wavelet_coherence.ts";

/** A connected patch of significant coherence, outside the cone of influence. */
export interface SignificantRegion {
  /** First and last sample. */
  readonly samples: readonly [number, number];
  /** Shortest and longest period, in the unit of dt. */
  readonly periods: readonly [number, number];
  /** Number of samples of the map that belong to it. */
  readonly size: number;
  /**
   * What it weighs in the test of patches: the sum of `dj dt / period * (ln(1 - R²) / ln(1 - level) - 1)`, its area in octaves times periods
   * at the level and, added up, at all that are stricter.
   */
  readonly mass: number;
  /** Where coherence is highest: sample, period and coherence there. */
  readonly peak: { readonly sample: number; readonly period: number; readonly coherence: number };
  /**
   * Smallest pointwise p-value in it. Not the patch's own: a map has many samples, and unrelated series have patches with small
   * ones, too.
   */
  readonly pValue: number;
  /**
   * The patch's own p-value, where patches were tested: how often a map of two unrelated series has, anywhere, a patch as heavy. Of
   * such maps 5 % have a patch with 0.05 or less. See {@linkcode testRegions}.
   */
  readonly regionPValue?: number;
  /** Circular mean of the smoothed phase, in radians: positive when the first series leads. */
  readonly phase: number;
  /** The same as a time, in the unit of dt: by how much the first series leads at the peak's period. */
  readonly lead: number;
}

/**
 * Finds the patches of a coherence map that are significant, those of most samples first, or, where patches were tested, of the
 * smallest {@linkcode SignificantRegion.regionPValue}. Pointwise tests at 5 % make about 5 % of the map of unrelated series
 * "significant", in patches: a patch's own p-value comes from {@linkcode testRegions}, or from `significance.regionCount` of
 * `waveletCoherence`.
 *
 * @param result A coherence map with its significance.
 * @param options.minSize Patches with fewer samples are left out (default 1).
 * @param options.largestMasses The mass of the heaviest patch of each surrogate map, rising, from which patches get their own p-values
 * (default: the result's, where it was tested).
 */
export function significantRegions(
  result: WaveletCoherence,
  { minSize = 1, largestMasses }: { minSize?: number; largestMasses?: Float64Array } = {},
): SignificantRegion[] {
  requireResult(result);
  largestMasses ??= result.largestMasses;
  const mass = new RegionMass(result.periods, result.dt, result.significance), regions: SignificantRegion[] = [];
  for (const patch of patchesOf(result)) {
    if (patch.length < minSize) continue;
    const region = describe(patch, result, mass);
    regions.push(largestMasses ? { ...region, regionPValue: regionPValue(region.mass, largestMasses) } : region);
  }
  return regions.sort((a, b) => largestMasses ? b.mass - a.mass : b.size - a.size);
}

/** Refuses what is no coherence map with its significance. */
export function requireResult(result: WaveletCoherence): void {
  if (result?.significant && result.significance) return;
  const hint = result instanceof Job ? "It is a job: await it" : "wct does not test; waveletCoherence does";
  throw new InvalidArgumentError("result", result, "what waveletCoherence gave", { hint });
}

/**
 * Gives each sample of a tested map the p-value of its patch, for pictures.
 *
 * @param result A coherence map whose patches were tested.
 * @returns P-values in the shape of the map, NaN outside of patches; undefined where patches were not tested.
 */
export function regionPValues(result: PatchMap): Float64Array | undefined {
  const { coherence, periods, dt, significance, largestMasses, shape: [, times] } = result;
  if (!largestMasses) return undefined;
  const mass = new RegionMass(periods, dt, significance), values = new Float64Array(coherence.length).fill(NaN);
  for (const patch of patchesOf(result)) {
    const weight = patch.reduce((sum, at) => sum + mass.of(Math.floor(at / times), coherence[at]), 0);
    const p = regionPValue(weight, largestMasses);
    for (const at of patch) values[at] = p;
  }
  return values;
}

/** What of a result tells its patches and what they weigh. */
export type PatchMap = Pick<
  WaveletCoherence,
  "coherence" | "significant" | "significance" | "periods" | "dt" | "shape" | "largestMasses"
>;

/** Lists the samples of each connected patch. */
function* patchesOf({ significant, shape: [scales, times] }: PatchMap): Generator<number[]> {
  const seen = new Uint8Array(significant.length);
  for (let first = 0; first < significant.length; first++) {
    if (!significant[first] || seen[first]) continue;
    const patch = [first];
    seen[first] = 1;
    for (let i = 0; i < patch.length; i++) {
      const at = patch[i], j = Math.floor(at / times), t = at % times;
      const neighbours = [j > 0 && at - times, j < scales - 1 && at + times, t > 0 && at - 1, t < times - 1 && at + 1];
      for (const next of neighbours) {
        if (next === false || !significant[next] || seen[next]) continue;
        seen[next] = 1;
        patch.push(next);
      }
    }
    yield patch;
  }
}

/** (b + 1) / (m + 1), where b of the m surrogate maps have a patch as heavy (Davison and Hinkley 1997, eq. 4.11). */
function regionPValue(mass: number, largestMasses: Float64Array): number {
  const lighter = largestMasses.findIndex((largest) => largest >= mass);
  return (lighter < 0 ? 1 : largestMasses.length - lighter + 1) / (largestMasses.length + 1);
}

function describe(patch: readonly number[], result: WaveletCoherence, mass: RegionMass): SignificantRegion {
  const { coherence, smoothedPhase, pValues, periods, shape: [, times] } = result;
  let peak = patch[0],
    firstSample = Infinity,
    lastSample = 0,
    shortest = Infinity,
    longest = 0,
    least = 1,
    sum = 0,
    x = 0,
    y = 0;
  for (const at of patch) {
    const j = Math.floor(at / times), t = at % times;
    if (coherence[at] > coherence[peak]) peak = at;
    firstSample = Math.min(firstSample, t);
    lastSample = Math.max(lastSample, t);
    shortest = Math.min(shortest, periods[j]);
    longest = Math.max(longest, periods[j]);
    least = Math.min(least, pValues[at]);
    sum += mass.of(j, coherence[at]);
    x += Math.cos(smoothedPhase[at]);
    y += Math.sin(smoothedPhase[at]);
  }
  const phase = Math.atan2(y, x), period = periods[Math.floor(peak / times)];
  return {
    samples: [firstSample, lastSample],
    periods: [shortest, longest],
    size: patch.length,
    mass: sum,
    peak: { sample: peak % times, period, coherence: coherence[peak] },
    pValue: least,
    phase,
    lead: phase / (2 * Math.PI) * period,
  };
}
