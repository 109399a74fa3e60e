import FFT from "fft.js";
import { type ComplexArray, complexArray } from "./complex.ts";
import { isFast, POINT, SpectralEngine } from "./spectral/spectral_engine.ts";

/** A planned transform of one length. Arrays are interleaved: re, im, re, im, ... */
export interface FftPlan {
  /** Number of complex points. */
  readonly size: number;
  /** Writes sum_t input[t] exp(-2 pi i k t / size) into `out`, which must be another array. */
  forward(out: Float64Array, input: Float64Array): void;
  /** Writes the inverse of {@linkcode FftPlan.forward}, divided by `size`, into `out`, which must be another array. */
  inverse(out: Float64Array, input: Float64Array): void;
}

/** Plans are kept, as their tables cost as much as a transform; only so many, as lengths may be anything. */
const plans = new Map<number, FftPlan>();
const KEEP_AT_MOST = 32;

/** The smallest power of two that is at least `n`, and at least 2, which is the shortest that fft.js transforms. */
export function nextPowerOfTwo(n: number): number {
  let size = 2;
  while (size < n) size *= 2;
  return size;
}

/** The plan for transforms of `size` points, any whole number from 1. Powers of two are the fastest. */
export function fftPlan(size: number): FftPlan {
  let plan = plans.get(size);
  if (!plan) {
    if (size >= 2 && nextPowerOfTwo(size) === size) plan = powerOfTwoPlan(size);
    else plan = isFast(size) ? mixedPlan(size) : chirpPlan(size);
    if (plans.size >= KEEP_AT_MOST) plans.clear();
    plans.set(size, plan);
  }
  return plan;
}

function powerOfTwoPlan(size: number): FftPlan {
  const fft = new FFT(size);
  return {
    size,
    forward: (out, input) => fft.transform(out, input),
    inverse: (out, input) => fft.inverseTransform(out, input),
  };
}

/** Lengths without prime factors other than 2, 3 and 5. */
function mixedPlan(size: number): FftPlan {
  const engine = new SpectralEngine(), { plan, order } = engine.transform(size), at = engine.room("data", POINT * size);
  const points = engine.f64(at, 4 * size), offsets = new Uint32Array(engine.run.memory.buffer, order, size);
  /** `re` and `im` are the halves of a point that take real and imaginary part; exchanged, they make it the other transform. */
  function transform(out: Float64Array, input: Float64Array, re: 0 | 2, im: 0 | 2, factor: number): void {
    points.fill(0);
    for (let t = 0; t < size; t++) {
      points[4 * t + re] = input[2 * t];
      points[4 * t + im] = input[2 * t + 1];
    }
    engine.run.transform64(plan, at);
    for (let k = 0; k < size; k++) {
      const from = offsets[k] / 8;
      out[2 * k] = points[from + re] * factor;
      out[2 * k + 1] = points[from + im] * factor;
    }
  }
  return {
    size,
    forward: (out, input) => transform(out, input, 2, 0, 1),
    inverse: (out, input) => transform(out, input, 0, 2, 1 / size),
  };
}

/** Bluestein's algorithm: any length, as a convolution with a chirp, which is done at a power of two. */
function chirpPlan(size: number): FftPlan {
  const long = powerOfTwoPlan(nextPowerOfTwo(2 * size - 1));
  const chirp = new Float64Array(2 * size), kernel = new Float64Array(2 * long.size);
  const work = new Float64Array(2 * long.size), spectrum = new Float64Array(2 * long.size);
  for (let k = 0; k < size; k++) {
    const angle = Math.PI * ((k * k) % (2 * size)) / size; // the remainder keeps the angle, and so its error, small
    chirp[2 * k] = Math.cos(angle);
    chirp[2 * k + 1] = -Math.sin(angle);
    for (const at of k === 0 ? [0] : [k, long.size - k]) {
      work[2 * at] = chirp[2 * k];
      work[2 * at + 1] = -chirp[2 * k + 1];
    }
  }
  long.forward(kernel, work);

  /** With `sign` -1 the conjugate of the transform of the conjugate, which is the inverse times `size`. */
  function transform(out: Float64Array, input: Float64Array, sign: 1 | -1, factor: number): void {
    work.fill(0);
    multiply(work, input, chirp, size, sign);
    long.forward(spectrum, work);
    multiply(spectrum, spectrum, kernel, long.size, 1);
    long.inverse(work, spectrum);
    multiply(work, work, chirp, size, 1);
    for (let k = 0; k < size; k++) {
      out[2 * k] = work[2 * k] * factor;
      out[2 * k + 1] = work[2 * k + 1] * factor * sign;
    }
  }
  return {
    size,
    forward: (out, input) => transform(out, input, 1, 1),
    inverse: (out, input) => transform(out, input, -1, 1 / size),
  };
}

/** Writes a times b, a conjugated when `sign` is -1. */
function multiply(out: Float64Array, a: Float64Array, b: Float64Array, count: number, sign: 1 | -1): void {
  for (let i = 0; i < 2 * count; i += 2) {
    const re = a[i], im = a[i + 1] * sign;
    out[i] = re * b[i] - im * b[i + 1];
    out[i + 1] = re * b[i + 1] + im * b[i];
  }
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
