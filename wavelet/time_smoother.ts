import { fftPlan } from "./fft.ts";
import type { Mother } from "./mother.ts";

/** Smooths in time, at each scale with the wavelet's own envelope (Torrence and Webster 1999), round a circle of `size` samples. */
export class TimeSmoother {
  /** Number of complex samples. */
  readonly size: number;
  readonly #mother: Mother;
  readonly #responses: (Float64Array | undefined)[] = [];
  readonly #spectrum: Float64Array<ArrayBuffer>;
  readonly #keepAtMost = 2 ** 23;
  #kept = 0;

  constructor(size: number, mother: Mother) {
    this.size = size;
    this.#mother = mother;
    this.#spectrum = new Float64Array(2 * size);
  }

  /** Smooths interleaved complex samples in place, with the envelope of scale number `j`, which is `s` samples. */
  smooth(samples: Float64Array, j: number, s: number): void {
    const { size } = this, spectrum = this.#spectrum, plan = fftPlan(size);
    const response = this.#response(j, s);
    plan.forward(spectrum, samples);
    const half = size / 2, end = Math.min(response.length, half + 1);
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
    const bin = 2 * Math.PI * s / this.size, values: number[] = [];
    for (let k = 0; k <= this.size / 2; k++) {
      const value = this.#mother.smooth(k * bin);
      if (value < 1e-17) break;
      values.push(value);
    }
    const response = Float64Array.from(values);
    if (this.#kept + response.length <= this.#keepAtMost) {
      this.#kept += response.length;
      this.#responses[j] = response;
    }
    return response;
  }
}
