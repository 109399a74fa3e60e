import type { WaveletCoherence } from "./wavelet_coherence.ts";

/** A connected patch of significant coherence, outside the cone of influence. */
export interface SignificantRegion {
  /** First and last sample. */
  readonly samples: readonly [number, number];
  /** Shortest and longest period, in the unit of dt. */
  readonly periods: readonly [number, number];
  /** Number of samples of the map that belong to it. */
  readonly size: number;
  /** Where coherence is highest: sample, period and coherence there. */
  readonly peak: { readonly sample: number; readonly period: number; readonly coherence: number };
  /**
   * Smallest pointwise p-value in it. Not the patch's own: a map has many samples, and unrelated series have patches with small
   * ones, too.
   */
  readonly pValue: number;
  /** Circular mean of the smoothed phase, in radians: positive when the first series leads. */
  readonly phase: number;
  /** The same as a time, in the unit of dt: by how much the first series leads at the peak's period. */
  readonly lead: number;
}

/**
 * Finds the patches of a coherence map that are significant, the largest first. Pointwise tests at 5 % make about 5 % of the
 * map of unrelated series "significant", in patches: judge a patch by its size and place, not by its mere existence.
 *
 * @param result A coherence map with its significance.
 * @param options.minSize Patches with fewer samples are left out (default 1).
 */
export function significantRegions(
  result: WaveletCoherence,
  { minSize = 1 }: { minSize?: number } = {},
): SignificantRegion[] {
  const { significant, shape: [scales, times] } = result;
  const seen = new Uint8Array(significant.length);
  const regions: SignificantRegion[] = [];
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
    if (patch.length >= minSize) regions.push(describe(patch, result));
  }
  return regions.sort((a, b) => b.size - a.size);
}

function describe(patch: readonly number[], result: WaveletCoherence): SignificantRegion {
  const { coherence, smoothedPhase, pValues, periods, shape: [, times] } = result;
  let peak = patch[0],
    firstSample = Infinity,
    lastSample = 0,
    shortest = Infinity,
    longest = 0,
    least = 1,
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
    x += Math.cos(smoothedPhase[at]);
    y += Math.sin(smoothedPhase[at]);
  }
  const phase = Math.atan2(y, x), period = periods[Math.floor(peak / times)];
  return {
    samples: [firstSample, lastSample],
    periods: [shortest, longest],
    size: patch.length,
    peak: { sample: peak % times, period, coherence: coherence[peak] },
    pValue: least,
    phase,
    lead: phase / (2 * Math.PI) * period,
  };
}
