import { fftPlan } from "./fft.ts";
import type { Mother } from "./mother.ts";
import type { SpectralEngine } from "./spectral/spectral_engine.ts";

/** Steps of the integral over frequency turn the phase of the longest lag by at most this angle. */
const LARGEST_TURN = 0.4;
/** Differences that Gregory's rule uses at the ends of the interval. */
const ORDER = 12;
/**
 * From this length on, copies are so far away that four terms of their ringing do: coherence is right to 1e-9 at scales with periods of
 * two samples or more, and to 1e-7 at half of that.
 */
const SMOOTH_ENDS = 1024;
/** Bins that the transform of a fading over the whole length reaches. */
const FADING = 90;
/** A spectrum that is smaller than this share of its peak at the Nyquist frequency is not cut by it. */
const VISIBLE = 1e-11;

/** Whether the Nyquist frequency cuts the wavelet at scale s, in samples. */
export function isCut(mother: Mother, s: number): boolean {
  return Math.max(...[Math.PI * s, -Math.PI * s].map((w) => Math.abs(mother.amplitude(w)))) > VISIBLE / 2;
}

/** A filter that may be cut off at the Nyquist frequency. */
export interface CutFilter {
  /** Response at angular frequency w, in radians per sample, of either sign. */
  response: (w: number) => number;
  /** Writes the response at `bins` bins `first`, `first` + 1, ... of `bin` radians per sample each to an address of the engine's. */
  fill?: (first: number, bins: number, bin: number, at: number) => void;
  /** About the response's largest value. */
  peak: number;
  /** Number of bins, more than twice `lag`. */
  size: number;
  /** The longest lag that matters, in samples. */
  lag: number;
  /** The angular frequency below which the response cannot be seen. */
  low: number;
}

/** A filter's values at the bins first, first + 1, ..., of which negative ones are negative frequencies, in an engine's memory. */
export interface BandInRoom {
  readonly first: number;
  readonly bins: number;
  /** Their address. */
  readonly at: number;
}

/**
 * The transfer function of a filter that is cut off at the Nyquist frequency; undefined if the frequency does not cut it, so that
 * samples of the response will do.
 *
 * Such a filter rings: it falls only as 1/t or 1/t^2, and no padding is long enough for it. Samples of the response make a filter
 * that has the ringing of all its periodic copies in it: 1e-3 of coherence at the smallest scales. So the filter itself is made,
 * by an integral over frequency at all lags up to half of the length, and transformed.
 *
 * @returns Real values in the engine's room for values; 0 at all other bins.
 */
export function cutSpectrum(filter: CutFilter, engine: SpectralEngine): BandInRoom | undefined {
  const { response, peak, size } = filter;
  if (Math.max(Math.abs(response(Math.PI)), Math.abs(response(-Math.PI))) <= VISIBLE * peak) return undefined;
  return size >= SMOOTH_ENDS && size % 2 === 0 ? minusCopies(filter, engine) : integrated(filter, engine);
}

/** The filter by numerical integration, transformed. */
function integrated({ response, fill, size }: CutFilter, engine: SpectralEngine): BandInRoom {
  const longest = Math.ceil(size / 2) - 1;
  let fine = size % 2 === 0 ? size : 2 * size; // as half of it is the Nyquist bin
  while (2 * Math.PI * longest / fine > LARGEST_TURN) fine *= 2;
  const half = fine / 2, bin = 2 * Math.PI / fine;
  const values = fillIn(engine, { response, fill }, -half, fine + 1, bin), ends = gregoryEnds();
  for (const [i, weight] of ends.entries()) {
    values[i] *= weight;
    values[fine - i] *= weight;
  }
  const spectrum = new Float64Array(2 * fine), filter = new Float64Array(2 * fine);
  for (let k = 0; k < half; k++) spectrum[2 * k] = values[half + k];
  for (let k = half; k < fine; k++) spectrum[2 * k] = values[k - half];
  spectrum[fine] += values[fine];
  fftPlan(fine).inverse(filter, spectrum);
  const short = new Float64Array(2 * size), out = new Float64Array(2 * size);
  short.set(filter.subarray(0, 2 * (longest + 1)));
  short.set(filter.subarray(2 * (fine - longest)), 2 * (size - longest));
  fftPlan(size).forward(out, short);
  const at = engine.room("values", 8 * size), real = engine.f64(at, size);
  for (let k = 0; k < size; k++) real[k] = out[2 * k];
  return { first: 0, bins: size, at };
}

/** The response in the engine's room for values. */
function fillIn(
  engine: SpectralEngine,
  { response, fill }: Pick<CutFilter, "response" | "fill">,
  first: number,
  bins: number,
  bin: number,
): Float64Array<ArrayBuffer> {
  const at = engine.room("values", 8 * bins);
  fill?.(first, bins, bin, at);
  const values = engine.f64(at, bins);
  if (!fill) { for (let i = 0; i < bins; i++) values[i] = response((first + i) * bin); }
  return values;
}

/**
 * Samples of the response, less the ringing of all copies but the filter itself.
 *
 * By parts, the filter at a lag t that is long against the wavelet is (-1)^t / (2 pi) times the sum over j of
 * (-1)^j D_j / (i t)^(j + 1), where D_j is the response's j-th derivative at pi less the one at -pi. Its copies ring at t + m N,
 * and the sums of (t + m N)^-(j + 1) over m are derivatives of the cotangent, of which the transforms serve all scales.
 */
function minusCopies({ response, fill, size, lag, low }: CutFilter, engine: SpectralEngine): BandInRoom {
  const upper = derivatives(response, Math.PI), lower = derivatives(response, -Math.PI);
  const [d0, d1, d2, d3] = upper.map((value, j) => value - lower[j]);
  const { reach, at: ringing } = copiesIn(engine, size, Math.ceil(lag)), half = size / 2, bin = 2 * Math.PI / size;
  // Bins from the response's lowest one over the Nyquist frequency to the end of the ringing.
  const first = Math.max(-half, Math.min(half - reach, Math.floor(low / bin)));
  const bins = Math.min(size, half + reach - first), inside = Math.min(bins, half - first);
  const at = engine.room("values", 8 * bins);
  fillIn(engine, { response, fill }, first, inside, bin);
  const values = engine.f64(at, bins), middle = (response(Math.PI) + response(-Math.PI)) / 2;
  if (first === -half) values[0] = middle;
  for (let i = inside; i < bins; i++) values[i] = first + i === half ? middle : response((first + i - size) * bin);
  // The ringing reaches from the Nyquist frequency both ways, and round to the first bins.
  const correct = (from: number, to: number) => {
    if (to > from) engine.run.ringing64(at + 8 * from, to - from, ringing, first + from + half, size, d0, d1, d2, d3);
  };
  const end = Math.min(bins, reach - half - first + 1), begin = Math.max(0, half - reach - first);
  correct(0, Math.min(end, begin));
  correct(begin, bins);
  return { first, bins, at };
}

/** Transforms of the copies' ringing: of each bin orders 0 to 3. They vanish more than `reach` bins from bin 0. */
interface Copies {
  readonly size: number;
  readonly lag: number;
  readonly reach: number;
  readonly spectra: Float64Array<ArrayBuffer>;
}

/** Those of the last length asked for. */
let known: Copies | undefined;

function copies(size: number, lag: number): Copies {
  if (known?.size === size && known.lag >= lag) return known;
  lag = Math.min(size / 2 - 1, Math.ceil(1.02 * lag)); // of neighbouring scales too
  const a = new Float64Array(2 * size), b = new Float64Array(2 * size), unit = Math.PI / size;
  // Beyond the longest lag nothing matters: where there is room the ringing fades there, so that its transform is short.
  const room = size / 2 - lag, reach = Math.min(size / 2, Math.ceil(FADING * size / room));
  for (let t = 1 - size / 2; t < size / 2; t++) {
    const at = 2 * (t < 0 ? t + size : t), sin = Math.sin(unit * t), cos = Math.cos(unit * t), x = unit / sin;
    const k0 = t === 0 ? 0 : x * cos - 1 / t, k1 = t === 0 ? unit ** 2 / 3 : x * x - 1 / t ** 2;
    const k2 = t === 0 ? 0 : x ** 3 * cos - 1 / t ** 3;
    const k3 = t === 0 ? unit ** 4 / 45 : x ** 4 * (1 + 2 * cos * cos) / 3 - 1 / t ** 4;
    const beyond = Math.abs(t) - lag, share = reach === size / 2 || beyond <= 0 ? 1 : fade(beyond / room);
    // Each order's transform is real, so that two go into one. Order j has the factor (-1)^j i^-(j+1): -i, 1, i, -1.
    a[at + 1] = share * (k1 - k0) / (2 * Math.PI);
    b[at + 1] = share * (k2 - k3) / (2 * Math.PI);
  }
  const one = new Float64Array(2 * size), two = new Float64Array(2 * size), spectra = new Float64Array(4 * size);
  fftPlan(size).forward(one, a);
  fftPlan(size).forward(two, b);
  for (let k = 0; k < size; k++) {
    spectra[4 * k] = one[2 * k];
    spectra[4 * k + 1] = one[2 * k + 1];
    spectra[4 * k + 2] = two[2 * k];
    spectra[4 * k + 3] = two[2 * k + 1];
  }
  known = { size, lag, reach, spectra };
  return known;
}

/** Whose copies are in an engine's room for them. */
const there = new WeakMap<SpectralEngine, Copies>();

/** The copies in an engine's memory. */
function copiesIn(engine: SpectralEngine, size: number, lag: number): { reach: number; at: number } {
  const made = copies(size, lag), { length } = made.spectra, at = engine.room("copies", 8 * length);
  if (there.get(engine) !== made) engine.f64(at, length).set(made.spectra);
  there.set(engine, made);
  return { reach: made.reach, at };
}

/** Falls smoothly from 1 at 0 to 0 at 1. */
function fade(x: number): number {
  const u = 4 * (2 * x - 1) / Math.sqrt(1 - (2 * x - 1) ** 2 || Number.MIN_VALUE);
  return 1 / (1 + Math.exp(u));
}

/** The function and its first three derivatives, by differences. */
function derivatives(f: (w: number) => number, w: number): number[] {
  const h = 0.02, [a, b, c, d, e, g, i] = [-3, -2, -1, 0, 1, 2, 3].map((k) => f(w + k * h));
  return [
    d,
    (i - a - 9 * (g - b) + 45 * (e - c)) / (60 * h),
    (2 * (i + a) - 27 * (g + b) + 270 * (e + c) - 490 * d) / (180 * h * h),
    (a - i + 8 * (g - b) - 13 * (e - c)) / (8 * h ** 3),
  ];
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
