import { fftPlan } from "./fft.ts";

/** Steps of the integral over frequency turn the phase of the longest lag by at most this angle. */
const LARGEST_TURN = 0.4;
/** Differences that Gregory's rule uses at the ends of the interval. */
const ORDER = 12;
/** A finer grid would take more memory than all the rest; what wraps in so long a series is below 1e-6. */
const LONGEST = 2 ** 22;
/** A spectrum that is smaller than this share of its peak at the Nyquist frequency is not cut by it. */
const VISIBLE = 1e-11;

/** A filter that may be cut off at the Nyquist frequency. */
export interface CutFilter {
  /** Response at angular frequency w, in radians per sample, of either sign. */
  response: (w: number) => number;
  /** About the response's largest value. */
  peak: number;
  /** Number of bins, more than twice `lag`. */
  size: number;
  /** The longest lag that matters, in samples. */
  lag: number;
}

/**
 * The transfer function of a filter that is cut off at the Nyquist frequency; undefined if the frequency does not cut it, so that
 * samples of the response will do.
 *
 * Such a filter rings: it falls only as 1/t or 1/t^2, and no padding is long enough for it. Samples of the response make a filter
 * that has the ringing of all its periodic copies in it: 1e-3 of coherence at the smallest scales. So the filter itself is made,
 * by an integral over frequency, cut where no pair of samples that matters is further apart, and transformed.
 *
 * @returns Real values, bin k at k modulo `size`.
 */
export function cutSpectrum({ response, peak, size, lag }: CutFilter): Float64Array<ArrayBuffer> | undefined {
  if (Math.max(Math.abs(response(Math.PI)), Math.abs(response(-Math.PI))) <= VISIBLE * peak) return undefined;
  const longest = Math.min(Math.ceil(lag), size / 2 - 1);
  let fine = size;
  while (2 * Math.PI * longest / fine > LARGEST_TURN) fine *= 2;
  if (fine > LONGEST) return undefined;
  const half = fine / 2, bin = 2 * Math.PI / fine;
  const spectrum = new Float64Array(2 * fine), filter = new Float64Array(2 * fine);
  const ends = gregoryEnds();
  for (let k = -half; k <= half; k++) {
    spectrum[2 * ((k + fine) % fine)] += (ends[half - Math.abs(k)] ?? 1) * response(k * bin);
  }
  fftPlan(fine).inverse(filter, spectrum);
  const short = new Float64Array(2 * size), out = new Float64Array(2 * size);
  for (let t = -longest; t <= longest; t++) {
    const from = 2 * ((t + fine) % fine), to = 2 * ((t + size) % size);
    short[to] = filter[from];
    short[to + 1] = filter[from + 1];
  }
  fftPlan(size).forward(out, short);
  return Float64Array.from({ length: size }, (_, k) => out[2 * k]);
}

/** Weights of the samples at an end of the interval, the last one first, by Gregory's rule. */
function gregoryEnds(): number[] {
  const coefficients: number[] = []; // 1/2, 1/12, 1/24, 19/720, ...
  for (let n = 1; n <= ORDER + 1; n++) {
    coefficients.push(coefficients.reduce((rest, c, k) => rest - c / (n - k), 1 / (n + 1)));
  }
  const weights = new Array<number>(ORDER + 1).fill(1);
  for (let j = 0; j <= ORDER; j++) {
    let binomial = 1;
    for (let i = 0; i <= j; i++) {
      weights[i] -= (i % 2 === 0 ? 1 : -1) * coefficients[j] * binomial;
      binomial *= (j - i) / (i + 1);
    }
  }
  return weights;
}
