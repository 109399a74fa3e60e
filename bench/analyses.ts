import { defaultRng } from "../random/mod.ts";
import { cwt, wct } from "../wavelet/mod.ts";

const rng = defaultRng(1),
  a = rng.standardNormal(10_000),
  b = rng.standardNormal(10_000),
  x = rng.standardNormal(100_000);
// fCWT's frequencies: 300 of them, evenly spaced in the logarithm, from 0.04 to 400 at 1000 samples a second.
const freqs = Float64Array.from({ length: 300 }, (_, j) => 400 / 1e4 ** (j / 299));

/** What is timed, by name. */
export const ANALYSES = {
  "wct": () => wct(a, b, { dt: 1 }),
  "wct, single": () => wct(a, b, { dt: 1, precision: "single" }),
  "cwt, single": () => cwt(x, { dt: 1 / 1000, freqs, precision: "single" }),
};

/** Seconds of each repetition, after one more. */
export function secondsOf(name: keyof typeof ANALYSES, repeats: number): number[] {
  ANALYSES[name]();
  return Array.from({ length: repeats }, () => {
    const started = performance.now();
    ANALYSES[name]();
    return (performance.now() - started) / 1000;
  });
}
