import { fftPlan, realSpectrum } from "./fft.ts";
import { type RandomOptions, randomSource } from "./random_source.ts";
import { readSeries, type Series } from "./series.ts";
import { knownOptions } from "./known_options.ts";

/**
 * Makes a surrogate that has the series' own spectrum, and so its autocorrelation and mean, but random phases (Theiler et al.
 * 1992): what is left of a relation between two series after this is chance.
 *
 * @example
 * ```ts
 * import { phaseRandomize } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const x = Float64Array.from({ length: 100 }, (_, t) => Math.sin(t) + t / 100);
 * const surrogate = phaseRandomize(x, { seed: 42 });
 * const power = (y: Float64Array) => y.reduce((sum, v) => sum + v * v, 0);
 * assert.ok(Math.abs(power(surrogate) - power(x)) < 1e-9);
 * assert.notDeepEqual(surrogate, x);
 * ```
 *
 * @param x The series, at least 3 finite samples.
 * @param options A `generator` or a `seed` is needed.
 * @returns The surrogate, as long as the series.
 */
export function phaseRandomize(x: Series, options: RandomOptions): Float64Array<ArrayBuffer> {
  const series = readSeries("x", x, { least: 3 }), n = series.length;
  const source = randomSource(knownOptions(options, { generator: true, seed: true }));
  const spectrum = realSpectrum(series, n);
  // The mean (bin 0) and, for even n, the Nyquist bin stay: both are real.
  for (let k = 1; 2 * k < n; k++) {
    const angle = 2 * Math.PI * source.random(), c = Math.cos(angle), s = Math.sin(angle);
    const re = spectrum[2 * k] * c - spectrum[2 * k + 1] * s, im = spectrum[2 * k] * s + spectrum[2 * k + 1] * c;
    spectrum[2 * k] = spectrum[2 * (n - k)] = re;
    spectrum[2 * k + 1] = im;
    spectrum[2 * (n - k) + 1] = -im;
  }
  const out = new Float64Array(2 * n);
  fftPlan(n).inverse(out, spectrum);
  return Float64Array.from({ length: n }, (_, t) => out[2 * t]);
}
