import { longestLag } from "./convention.ts";
import { type CutFilter, cutSpectrum } from "./cut_spectrum.ts";
import { giveEngineBack, type SpectralEngine, takeEngine } from "./spectral/spectral_engine.ts";
import { fftPlan } from "./fft.ts";
import type { Mother } from "./mother.ts";

/** Smooths in time, at each scale with the wavelet's own envelope (Torrence and Webster 1999), round a circle of `size` samples. */
export class TimeSmoother {
  /** Number of complex samples. */
  readonly size: number;
  readonly #mother: Mother;
  readonly #n: number | undefined;
  readonly #responses: (Float64Array | undefined)[] = [];
  readonly #spectrum: Float64Array<ArrayBuffer>;
  readonly #keepAtMost = 2 ** 23;
  #kept = 0;

  /** Plans; `n` is the length of the series, where the envelope is to be kept from wrapping around. */
  constructor(size: number, mother: Mother, n?: number) {
    this.size = size;
    this.#n = n;
    this.#mother = mother;
    this.#spectrum = new Float64Array(2 * size);
  }

  /** Smooths interleaved complex samples in place, with the envelope of scale number `j`, which is `s` samples. */
  smooth(samples: Float64Array, j: number, s: number): void {
    const { size } = this, spectrum = this.#spectrum, plan = fftPlan(size);
    const response = this.#response(j, s);
    plan.forward(spectrum, samples);
    const half = size / 2, end = Math.min(response.length, half + 1);
    spectrum[0] *= response[0];
    spectrum[1] *= response[0];
    for (let k = 1; k < end; k++) {
      const value = response[k], mirror = 2 * (size - k);
      spectrum[2 * k] *= value;
      spectrum[2 * k + 1] *= value;
      if (k === half) break;
      spectrum[mirror] *= value;
      spectrum[mirror + 1] *= value;
    }
    spectrum.fill(0, 2 * end, 2 * Math.max(end, size - end + 1));
    plan.inverse(samples, spectrum);
  }

  /** The response at bins 0, 1, ... until it cannot be seen any more. */
  #response(j: number, s: number): Float64Array {
    const kept = this.#responses[j];
    if (kept) return kept;
    const response = smoothingResponse(this.size, this.#mother, s, this.#n);
    if (this.#kept + response.length <= this.#keepAtMost) {
      this.#kept += response.length;
      this.#responses[j] = response;
    }
    return response;
  }
}

/**
 * The response of the smoothing at scale s, in samples, at bins 0, 1, ... of `size` until it cannot be seen any more; `n` is the
 * length of the series, where the envelope is to be kept from wrapping around. `fill` may write it faster than the mother does.
 */
export function smoothingResponse(
  size: number,
  mother: Mother,
  s: number,
  n?: number,
  given?: { engine: SpectralEngine; fill: CutFilter["fill"] },
): Float64Array<ArrayBuffer> {
  const half = Math.floor(size / 2), response = (w: number) => mother.smooth(s * w);
  if (n !== undefined && size >= 2 * n) {
    const lag = longestLag(n, s, mother), filter = { response, fill: given?.fill, peak: 1, size, lag, low: -Infinity };
    const engine = given?.engine ?? takeEngine(), cut = cutSpectrum(filter, engine);
    if (cut) {
      // From bin 0 on; the Nyquist frequency may be the first bin.
      const values = engine.f64(cut.at, cut.bins), from0 = values.subarray(-cut.first, half + 1 - cut.first);
      const out = new Float64Array(half + 1);
      out.set(from0);
      out.set(values.subarray(0, half + 1 - from0.length), from0.length);
      if (!given) giveEngineBack(engine);
      return out;
    }
    if (!given) giveEngineBack(engine);
  }
  const values: number[] = [];
  for (let k = 0; k <= half; k++) {
    const value = response(2 * Math.PI * k / size);
    if (value < 1e-17) break;
    values.push(value);
  }
  return Float64Array.from(values);
}
