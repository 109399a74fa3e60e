import type { WctFigureInput } from "../../plots/mod.ts";

/**
 * Something that looks like a result of wavelet coherence: patches whose width grows with the period, a phase that drifts, a cone.
 * The first numbers come from a fixed linear congruential generator, so every run has the same.
 */
export function syntheticResult(
  [scales, n]: [number, number],
  { dt = 1 / 12, dj = 1 / 12 } = {},
): WctFigureInput & { coherence: Float64Array; smoothedPhase: Float64Array; periods: Float64Array; coi: Float64Array } {
  const periods = Float64Array.from({ length: scales }, (_, i) => 2 * dt * 1.033 * 2 ** (i * dj));
  const coi = Float64Array.from({ length: n }, (_, t) => 0.73 * dt * 1.033 * (n / 2 - Math.abs(t - (n - 1) / 2)));
  let state = 12345;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const coherence = new Float64Array(scales * n), smoothedPhase = new Float64Array(scales * n);
  const pValues = new Float64Array(scales * n);
  const waves = Array.from({ length: 24 }, () => [0.4 + 1.6 * uniform(), 2 * Math.PI * uniform(), 6 * uniform() - 3]);
  for (let i = 0; i < scales; i++) {
    for (let t = 0; t < n; t++) {
      const at = i * n + t;
      let sum = 0;
      // Each wave is slow in units of the period, so that small scales vary fast in time.
      for (const [rate, start, slope] of waves) {
        sum += Math.sin(rate * t * dt / periods[i] * 0.9 + start + slope * i * dj);
      }
      const patch = Math.exp(-0.5 * (Math.log2(periods[i] / (30 * dt)) / 0.6) ** 2 - 0.5 * ((t / n - 0.55) / 0.2) ** 2);
      coherence[at] = 1 / (1 + Math.exp(-(0.4 * sum - 0.4 + 5 * patch)));
      smoothedPhase[at] = Math.atan2(Math.sin(3 * t / n + i * dj), Math.cos(3 * t / n + i * dj));
      pValues[at] = periods[i] > coi[t] ? NaN : (1 - coherence[at]) ** 2.3;
    }
  }
  const testable = Math.max(...coi);
  const significance = Float64Array.from(periods, (period) => period > testable ? NaN : 0.734);
  return {
    coherence,
    smoothedPhase,
    periods,
    coi,
    shape: [scales, n],
    dt,
    significance,
    pValues,
    mcCount: 1000,
    provenance: { seed: 42, backend: { name: "sequential" } },
  };
}
