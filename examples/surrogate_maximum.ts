import { defaultRng } from "../random/mod.ts";
import { phaseRandomize, wct } from "../wavelet/mod.ts";

/** The largest coherence outside the cone of influence. */
export function largestCoherence(y1: Float64Array, y2: Float64Array, options: { dt: number; dj: number }): number {
  const { coherence, coi, periods, shape: [, times] } = wct(y1, y2, options);
  return coherence.reduce(
    (most, value, at) => periods[Math.floor(at / times)] <= coi[at % times] ? Math.max(most, value) : most,
    0,
  );
}

/** The same of surrogates with the spectra of the two series and random phases. */
export function surrogateMaximum(
  seed: number,
  y1: Float64Array,
  y2: Float64Array,
  options: { dt: number; dj: number },
): number {
  const generator = defaultRng(seed);
  return largestCoherence(phaseRandomize(y1, { generator }), phaseRandomize(y2, { generator }), options);
}
