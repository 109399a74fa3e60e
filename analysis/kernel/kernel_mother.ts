import { exp, log } from "../../random/mod.ts";
import { motherFrom, type MotherSpec } from "../../wavelet/mod.ts";

/** What the kernel needs to know of a mother wavelet. Frequencies are in radians a scale, times in scales. */
export interface KernelMother {
  /** The transform of the wavelet up to a constant factor, 1 at its peak; real. The same bits on every engine. */
  readonly amplitude: (w: number) => number;
  /** The envelope that smooths in time, 1 at time 0. The same bits on every engine. */
  readonly envelope: (t: number) => number;
  /** The transform of the envelope, 1 at frequency 0. */
  readonly response: (w: number) => number;
  /** The envelope's integral. */
  readonly area: number;
  /** Real wavelets see both signs of frequency and need no second transform. */
  readonly real: boolean;
  /** A real wavelet that is odd: i times the amplitude is its transform. */
  readonly odd: boolean;
  /** The frequency at which the band that the kernel keeps begins. */
  readonly low: number;
  /** Samples a scale, which are also the width of that band over 2 pi. */
  readonly samples: number;
  /** Time at which the smoothing envelope is cut. */
  readonly reach: number;
  /** Smaller scales are cut off by the Nyquist frequency, visibly. */
  readonly cutBelow: number;
  /** Smaller ones are computed at every sample of the record, as what they have beyond the Nyquist frequency folds back. */
  readonly fullBelow: number;
  /** Samples in which what the Nyquist frequency makes the wavelet ring has died away. */
  readonly ringing: number;
  /** Zeros behind the record that keep its ends apart. */
  readonly pad: number;
  /** Time between samples of the coherence that loses hardly any of what the record can tell about its distribution. */
  readonly stride: number;
}

/** Share of the mean power that may fold into the smoothed spectra. */
const FOLDED = 5e-6;
/** Share of the smoothing envelope that may be cut off. */
const CUT = 1e-6;
/** A wavelet is cut off by the Nyquist frequency if there it is above this share of its peak. */
const CUT_OFF = 5e-6;
/** Share of its peak that a wavelet may have at twice the Nyquist frequency. */
const FOLDED_OVER = 1e-6;
/** Share of its peak that a Morlet wavelet may have at frequency 0. */
const STEP_AT_0 = 1e-5;
/** Grid of the sums below, in radians a scale and in scales. */
const STEP = 0.05;

/**
 * The smallest scale, in samples, at which the kernel follows an analysis in float64. At none, Infinity, where zeros behind the record
 * do not keep its ends apart to single precision: Morlet wavelets of so low a frequency that they have a step at frequency 0, and
 * ring; Paul's of the first order, which falls as 1/t^2.
 *
 * Below a sample smoothing in time hardly reaches over any neighbour. There a real wavelet's power nearly vanishes now and then, and
 * coherence in single precision would be a quotient of rounding errors. The first derivative of a Gaussian rings as 1/t^2 up to 1.7
 * samples, which a red series makes audible.
 */
export function followsFrom(spec: MotherSpec): number {
  const { name, parameter: m } = motherFrom(spec);
  if (name === "morlet" ? exp(-0.5 * m * m) >= STEP_AT_0 : name === "paul" && m < 2) return Infinity;
  return name === "dog" && m === 1 ? 2 : 1;
}

/**
 * Works out what the kernel needs to know of a mother.
 *
 * @param spec The mother as plain data.
 * @returns Its window in frequency, its envelope in time, and how finely the two must be sampled.
 */
export function kernelMother(spec: MotherSpec): KernelMother {
  const mother = motherFrom(spec), { parameter: m } = mother;
  const real = mother.name === "dog" || mother.name === "mexicanhat", paul = mother.name === "paul";
  // The peaks are at m for Paul and sqrt(m) for DOG.
  const amplitude = mother.name === "morlet"
    ? (w: number) => w > 0 ? exp(-0.5 * (w - m) * (w - m)) : 0
    : paul
    ? (w: number) => w > 0 ? exp(m * log(w / m) - w + m) : 0
    : (w: number) =>
      w === 0 ? 0 : (w < 0 && m % 2 === 1 ? -1 : 1) * exp(m * log(Math.abs(w) / Math.sqrt(m)) - 0.5 * w * w + 0.5 * m);
  const envelope = paul ? (t: number) => power(Math.sqrt(1 / (1 + t * t)), m + 1) : (t: number) => exp(-0.5 * t * t);

  const [first, last] = mother.support();
  const count = Math.ceil((last - first) / STEP) + 1;
  const psi = Float64Array.from({ length: count }, (_, i) => Math.abs(amplitude(first + i * STEP)));
  const overlap = autocorrelation(psi),
    response = Float64Array.from({ length: count }, (_, i) => mother.smooth(i * STEP));

  // What folds: power at frequency x and smoothing at the distance of x from the next multiple of the sampling frequency.
  let width = 1;
  const folded = () => {
    let worst = 0;
    for (let i = 0; i < count; i++) {
      const at = Math.abs(width - i);
      if (at < count) worst = Math.max(worst, overlap[i] / overlap[0] * response[at]);
    }
    return worst;
  };
  while (width < count && folded() > FOLDED) width++;
  // What a band of that width leaves out, against what it beats with.
  let start = 0;
  const lost = () => {
    // Of a red series Paul's wavelets see much next to frequency 0.
    start = real ? Math.round((count - width) / 2) : paul ? 0 : lowest(psi, width);
    let worst = 0;
    for (const edge of [start - 1, start + width + 1]) {
      for (let i = 0; i < count; i++) {
        if (edge >= 0 && edge < count) worst = Math.max(worst, psi[edge] * psi[i] * response[Math.abs(edge - i)]);
      }
    }
    return worst;
  };
  while (width < count && lost() > FOLDED) width++;

  // The variance of the smoothed power lies within this frequency of 0.
  const variance = autocorrelation(psi.map((p) => p * p));
  let all = 0, second = 0;
  for (let i = 0; i < count; i++) {
    const density = variance[i] * response[i] ** 2;
    all += density;
    second += density * (i * STEP) ** 2;
  }
  const extent = (share: number) => first + psi.findLastIndex((value) => value > share) * STEP;
  const wide = width * STEP / (2 * Math.PI), cutOff = extent(CUT_OFF) / Math.PI;
  return {
    amplitude,
    envelope,
    response: paul ? (w: number) => mother.smooth(w) : (w: number) => exp(-0.5 * w * w),
    area: paul ? paulArea(m) : area(envelope),
    real,
    odd: real && m % 2 === 1,
    low: first + start * STEP,
    samples: wide,
    cutBelow: real ? Math.max(wide, cutOff) : cutOff,
    fullBelow: real ? Math.max(wide, cutOff) : Math.max(wide, extent(FOLDED_OVER) / (2 * Math.PI)),
    reach: cut(envelope),
    // What continues a wavelet beyond the Nyquist frequency is short (see `beyondNyquist`). An odd one rings from its kink at frequency
    // 0 too, the first derivative as 1/t^2; an even one is cut, and rings as 1/t^2.
    ringing: !real ? 48 : m % 2 === 1 && m > 1 ? 512 : 2048,
    pad: Math.max(4.5, mother.decay(!paul || m > 3 ? 1e-4 : m > 2 ? 1e-5 : 3e-6)),
    stride: 1.155 / Math.sqrt(second / all),
  };
}

/** x to a whole power, by multiplication alone. */
function power(x: number, n: number): number {
  let result = 1;
  for (; n > 0; n = Math.floor(n / 2), x *= x) if (n % 2 === 1) result *= x;
  return result;
}

function autocorrelation(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  for (let lag = 0; lag < values.length; lag++) {
    let sum = 0;
    for (let i = lag; i < values.length; i++) sum += values[i] * values[i - lag];
    out[lag] = sum;
  }
  return out;
}

/** Where a window of `width` points around the peak begins that leaves out the least at its worse edge. */
function lowest(psi: Float64Array, width: number): number {
  const peak = psi.indexOf(Math.max(...psi));
  let best = 0, least = Infinity;
  for (let start = Math.max(0, peak - width); start <= peak; start++) {
    const edge = Math.max(start > 0 ? psi[start - 1] : 0, psi[start + width] ?? 0);
    if (edge < least) [best, least] = [start, edge];
  }
  return best;
}

/** The integral of (1 + t^2)^(-(m + 1) / 2), whose tails are too long to be summed. */
function paulArea(m: number): number {
  let integral = m % 2 === 1 ? Math.PI : 2;
  for (let p = m % 2 === 1 ? 2 : 3; p < m + 1; p += 2) integral *= (p - 1) / p;
  return integral;
}

function area(envelope: (t: number) => number): number {
  let sum = 0.5;
  for (let i = 1; i < 200; i++) sum += envelope(i * STEP);
  return 2 * sum * STEP;
}

/** The time beyond which only a negligible share of the envelope lies. */
function cut(envelope: (t: number) => number): number {
  const times: number[] = [], shares: number[] = [];
  let total = 0;
  // Steps that grow with t, for envelopes that fall slowly.
  for (let t = 0, step = STEP; t < 1e4; t += step, step = Math.max(STEP, t * 0.01)) {
    times.push(t);
    total += envelope(t) * (t === 0 ? STEP / 2 : step);
    shares.push(total);
  }
  const index = shares.findIndex((share) => total - share < CUT * total);
  return times[index] + STEP / 2;
}
