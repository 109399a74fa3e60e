import FFT from "fft.js";
import type { ComplexArray } from "./complex.ts";
import { complexArray } from "./complex.ts";

/** A planned transform of one length. Arrays are interleaved: re, im, re, im, ... */
export interface FftPlan {
  /** Number of complex points, a power of two. */
  readonly size: number;
  /** Writes sum_t input[t] exp(-2 pi i k t / size) into `out`, which must be another array. */
  forward(out: Float64Array, input: Float64Array): void;
  /** Writes the inverse of {@linkcode FftPlan.forward}, divided by `size`, into `out`, which must be another array. */
  inverse(out: Float64Array, input: Float64Array): void;
}

const plans = new Map<number, FftPlan>();

/** The smallest power of two that is at least `n`, and at least 2, which is the shortest that fft.js transforms. */
export function nextPowerOfTwo(n: number): number {
  let size = 2;
  while (size < n) size *= 2;
  return size;
}

/** The plan for a power of two. Plans are kept, as their tables cost as much as a transform. */
export function fftPlan(size: number): FftPlan {
  let plan = plans.get(size);
  if (!plan) {
    const fft = new FFT(size);
    plan = {
      size,
      forward: (out, input) => fft.transform(out, input),
      inverse: (out, input) => fft.inverseTransform(out, input),
    };
    plans.set(size, plan);
  }
  return plan;
}

/** Transforms a real series, padded with zeros to `size`, into an interleaved spectrum of `size` complex values. */
export function realSpectrum(x: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const input = new Float64Array(2 * size), out = new Float64Array(2 * size);
  for (let t = 0; t < x.length; t++) input[2 * t] = x[t];
  fftPlan(size).forward(out, input);
  return out;
}

/** Splits interleaved values [start, end) into real and imaginary parts, each times `factor`. */
export function split(values: Float64Array, start: number, end: number, factor = 1): ComplexArray {
  const out = complexArray(Math.max(0, end - start));
  for (let k = start; k < end; k++) {
    out.re[k - start] = values[2 * k] * factor;
    out.im[k - start] = values[2 * k + 1] * factor;
  }
  return out;
}
