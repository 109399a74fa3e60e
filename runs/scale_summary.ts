import type { StoredResult } from "./coherence_file.ts";

/** What the samples of one scale outside the cone of influence have in common. */
export interface ScaleSummary {
  /** Fourier period, in the study's unit. */
  readonly period: number;
  /** How many samples are outside the cone. */
  readonly samples: number;
  /** The level of significance; NaN where there are none. */
  readonly level: number;
  /** Mean coherence. */
  readonly mean: number;
  /** Highest coherence. */
  readonly maximum: number;
  /** Share of the samples that are significant. */
  readonly significant: number;
  /** Circular mean of the smoothed phase of the significant samples, in radians; NaN where there are none. */
  readonly phase: number;
  /** The same as a time: by how much the first series leads. */
  readonly lead: number;
}

/** A range of periods, each with significant samples. */
export interface SignificantBand {
  /** Shortest and longest period. */
  readonly periods: readonly [number, number];
  /** Share of the band's samples that are significant. */
  readonly significant: number;
}

/** Sums up each scale of a coherence map, outside the cone of influence. */
export function scaleSummaries(result: StoredResult): ScaleSummary[] {
  const { coherence, smoothedPhase, significant, significance, periods, coi, shape: [scales, n] } = result;
  return Array.from({ length: scales }, (_, j) => {
    let samples = 0, sum = 0, maximum = NaN, hits = 0, x = 0, y = 0;
    for (let t = 0, at = j * n; t < n; t++, at++) {
      if (periods[j] > coi[t]) continue;
      samples++;
      sum += coherence[at];
      if (!(coherence[at] <= maximum)) maximum = coherence[at];
      if (!significant[at]) continue;
      hits++;
      x += Math.cos(smoothedPhase[at]);
      y += Math.sin(smoothedPhase[at]);
    }
    const phase = hits ? Math.atan2(y, x) : NaN;
    return {
      period: periods[j],
      samples,
      level: significance[j],
      mean: samples ? sum / samples : NaN,
      maximum,
      significant: samples ? hits / samples : NaN,
      phase,
      lead: phase / (2 * Math.PI) * periods[j],
    };
  });
}

/** The ranges of neighbouring periods that have significant samples, from short to long. */
export function significantBands(scales: readonly ScaleSummary[]): SignificantBand[] {
  const bands: SignificantBand[] = [];
  for (let j = 0; j < scales.length; j++) {
    if (!(scales[j].significant > 0)) continue;
    const first = j;
    while (scales[j + 1]?.significant > 0) j++;
    const inside = scales.slice(first, j + 1), total = inside.reduce((n, { samples }) => n + samples, 0);
    const hits = inside.reduce((n, { significant, samples }) => n + significant * samples, 0);
    bands.push({ periods: [scales[first].period, scales[j].period], significant: hits / total });
  }
  return bands;
}
