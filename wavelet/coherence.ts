import { COHERENCE_OPTIONS, CoherencePlan, type CoherencePlanOptions, LEAST_SAMPLES } from "./coherence_plan.ts";
import type { Samples } from "./coherence_at_scale.ts";
import { readPair, type Series } from "./series.ts";
import type { Precision } from "./spectral/spectral_engine.ts";
import { knownOptions } from "./known_options.ts";

/** Options of {@linkcode wct}. */
export type WctOptions<P extends Precision = "double"> = Omit<CoherencePlanOptions<P>, "n" | "truncate" | "last">;

/** What {@linkcode wct} returns. Matrices are row-major, shape [scales, times]. */
export interface WctResult<P extends Precision = "double"> {
  /** Coherence, the squared modulus as Grinsted et al. (2004) define it, in [0, 1]. */
  coherence: Samples<P>;
  /** Angle of the cross spectrum before smoothing, in radians, in [-pi, pi]; computed when it is first read. */
  readonly phase: Samples<P>;
  /** Angle of the smoothed cross spectrum, in radians, in [-pi, pi]: the one for arrows. */
  smoothedPhase: Samples<P>;
  /** Scales, in the unit of dt. */
  scales: Float64Array<ArrayBuffer>;
  /** Fourier frequencies, in cycles per unit of dt. */
  freqs: Float64Array<ArrayBuffer>;
  /** Fourier periods, in the unit of dt. */
  periods: Float64Array<ArrayBuffer>;
  /** Cone of influence: at each sample the longest period outside it, in the unit of dt. */
  coi: Float64Array<ArrayBuffer>;
  /** Number of scales and of times: of the samples 0, `every`, 2 `every`, ... */
  shape: [scales: number, times: number];
}

/**
 * Wavelet coherence of two series: where in time and at which periods they vary together, whatever their power (Torrence and
 * Webster 1999; Grinsted, Moore and Jevrejeva 2004, equation 8).
 *
 * `R^2 = |S(W1 conj(W2) / s)|^2 / (S(|W1|^2 / s) S(|W2|^2 / s))`, where S smooths in time with the wavelet's own envelope and
 * over scales with a boxcar as wide as the mother's decorrelation length.
 *
 * A phase is positive where the first series leads: at period P it is ahead by `phase / (2 pi) P`. Real mothers (DOG) tell
 * only 0 from pi.
 *
 * @example A quarter of a period ahead
 * ```ts
 * import { wct } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const y1 = Float64Array.from({ length: 256 }, (_, t) => Math.cos(2 * Math.PI * t / 16));
 * const y2 = Float64Array.from({ length: 256 }, (_, t) => Math.cos(2 * Math.PI * (t - 4) / 16));
 * const { coherence, smoothedPhase, periods, shape: [, n] } = wct(y1, y2, { dt: 1 });
 * const j = periods.findIndex((period) => period > 16);
 * assert.ok(coherence[j * n + 128] > 0.999);
 * assert.ok(Math.abs(smoothedPhase[j * n + 128] - Math.PI / 2) < 0.01);
 * ```
 *
 * @param y1 First series, at least 4 finite samples, not constant.
 * @param y2 Second series, as long.
 * @param options `dt` is needed; the rest has defaults.
 * @returns Coherence and phase at every scale and time.
 * @throws {InvalidArgumentError} If a series or an option cannot be used; the error names it.
 */
export function wct<P extends Precision = "double">(y1: Series, y2: Series, options: WctOptions<P>): WctResult<P> {
  options = knownOptions<WctOptions<P>>(options, COHERENCE_OPTIONS);
  const [x1, x2] = readPair(y1, y2, { least: LEAST_SAMPLES, varies: true });
  const plan = new CoherencePlan<P>({ ...options, n: x1.length, truncate: undefined, last: undefined });
  const { scales, freqs, periods, times, every } = plan;
  const { coherence, smoothedPhase } = plan.matrices(x1, x2, "coherence", "smoothedPhase");
  const coi = every === 1 ? plan.coi : plan.coi.filter((_, t) => t % every === 0);
  let phase: Samples<P> | undefined;
  return {
    coherence,
    get phase() {
      return phase ??= plan.matrices(x1, x2, "phase").phase;
    },
    smoothedPhase,
    scales,
    freqs,
    periods,
    coi,
    shape: [scales.length, times],
  };
}
