import { InvalidArgumentError, requireOneOf, requireWhole } from "../random/mod.ts";
import { bandRoom, canSample, lanes, sampleBands } from "./spectral/band_samples.ts";
import { type ComplexArray, complexArray } from "./complex.ts";
import { LEAST_SAMPLES } from "./coherence_plan.ts";
import { coneOfInfluence } from "./cone_of_influence.ts";
import { type Convention, type PadOption, requireConvention, transformLength } from "./convention.ts";
import { Daughters } from "./daughters.ts";
import { fftPlan, realSpectrum, split } from "./fft.ts";
import { type Mother, motherFrom, type WaveletLike } from "./mother.ts";
import { recordLength } from "./record_lengths.ts";
import { frequencyAxis, SCALE_OPTIONS, scaleAxis, type ScaleOptions } from "./scale_axis.ts";
import { moments, readSeries, type Series } from "./series.ts";
import {
  giveEngineBack,
  isFast,
  type Precision,
  SHARE_UP_TO,
  SpectralEngine,
  takeEngine,
} from "./spectral/spectral_engine.ts";
import { knownOptions, type OptionNames } from "./known_options.ts";

/** Options of {@linkcode cwt}. */
export interface CwtOptions extends ScaleOptions {
  /** The mother wavelet (default "morlet"). */
  wavelet?: WaveletLike;
  /** Fourier frequencies to transform at, in cycles per unit of dt, instead of the scales of dj, s0 and J. */
  freqs?: Series;
  /** Whose details to follow (default "exact"). */
  convention?: Convention;
  /** Padding with zeros: true (default) as the convention has it, false none, or the padded length in samples. */
  pad?: PadOption;
  /** Whether the mean is removed first (default true, but false for convention "pycwt"). */
  demean?: boolean;
  /** The numbers of the transform: "double" (default), or "single" with errors of about 1e-6 of the largest value at a scale. */
  precision?: Precision;
  /** Delivers every so many samples only (default 1, all of them): enough for a picture, at its cost in time and memory. */
  every?: number;
}

/** Their names. */
export const CWT_OPTIONS: OptionNames<CwtOptions> = {
  ...SCALE_OPTIONS,
  wavelet: true,
  freqs: true,
  convention: true,
  pad: true,
  demean: true,
  precision: true,
  every: true,
};

/** What {@linkcode cwt} returns. */
export interface CwtResult<A = Float64Array<ArrayBuffer>> {
  /** The transform, row-major, shape [scales, times], in the unit of the signal. */
  W: ComplexArray<A>;
  /** Scales, in the unit of dt. */
  scales: Float64Array<ArrayBuffer>;
  /** Fourier frequencies, in cycles per unit of dt. */
  freqs: Float64Array<ArrayBuffer>;
  /** Fourier periods, in the unit of dt. */
  periods: Float64Array<ArrayBuffer>;
  /** Cone of influence: at each sample the longest period outside it, in the unit of dt. */
  coi: Float64Array<ArrayBuffer>;
  /**
   * Fourier transform of the padded signal at positive frequencies, divided by the root of the padded length; computed
   * when it is first read.
   */
  readonly fft: ComplexArray;
  /** Their frequencies, in cycles per unit of dt. */
  fftfreqs: Float64Array<ArrayBuffer>;
  /** Number of scales and of times: of the samples 0, `every`, 2 `every`, ... */
  shape: [scales: number, times: number];
}

/**
 * Continuous wavelet transform of a series (Torrence and Compo 1998, equations 4 to 6). White noise of unit variance has a mean
 * power |W|^2 of 1 at every scale.
 *
 * @example The period of a sine
 * ```ts
 * import { cwt } from "@morlet/morlet/wavelet";
 * import assert from "node:assert/strict";
 *
 * const monthly = Float64Array.from({ length: 480 }, (_, t) => Math.sin(2 * Math.PI * t / 12));
 * const { W, periods, shape: [, n] } = cwt(monthly, { dt: 1 / 12 }); // in years
 * const power = Array.from(periods, (_, j) => Math.hypot(W.re[j * n + 240], W.im[j * n + 240]));
 * const peak = periods[power.indexOf(Math.max(...power))];
 * assert.ok(Math.abs(Math.log2(peak)) < 1 / 12);
 * ```
 *
 * @param signal The series: at least 4 finite samples, evenly spaced.
 * @param options `dt` is needed; the rest has defaults.
 * @returns The transform, its axes and its cone of influence.
 * @throws {InvalidArgumentError} If the signal or an option cannot be used; the error names it.
 */
export function cwt(
  signal: Series,
  options: CwtOptions & { precision: "single" },
): CwtResult<Float32Array<ArrayBuffer>>;
/** Continuous wavelet transform in float64. */
export function cwt(signal: Series, options: CwtOptions & { precision?: "double" }): CwtResult;
/** Continuous wavelet transform in the precision that the options say. */
export function cwt(
  signal: Series,
  options: CwtOptions,
): CwtResult<Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>>;
export function cwt(
  signal: Series,
  options: CwtOptions,
): CwtResult<Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>> {
  options = knownOptions(options, CWT_OPTIONS);
  const { wavelet = "morlet", freqs, convention = "exact", pad = true, precision = "double", every = 1 } = options;
  requireConvention(convention);
  requireOneOf("precision", precision, ["double", "single"]);
  requireWhole("every", every, 1);
  const { demean = convention !== "pycwt" } = options;
  const mother = motherFrom(wavelet);
  const x = readSeries("signal", signal, { least: LEAST_SAMPLES, varies: true });
  const n = x.length;
  if (freqs !== undefined && (options.s0 !== undefined || options.J !== undefined)) {
    throw new InvalidArgumentError("freqs", freqs, "left out where s0 or J is given");
  }
  const axis = freqs === undefined ? scaleAxis(n, options, mother) : frequencyAxis("freqs", freqs, options, mother);
  const { dt, dj } = axis;
  const scales = axis.scales.map((s) => s / dt);
  const size = transformLength(pad, convention, { n, scales, mother, dj });
  if (demean) {
    const { mean } = moments(x);
    for (let t = 0; t < n; t++) x[t] -= mean;
  }

  const times = Math.ceil(n / every), count = scales.length * times;
  const W = precision === "single" ? { re: new Float32Array(count), im: new Float32Array(count) } : complexArray(count);
  const own = convention === "exact" && pad === true;
  transform(x, { scales, mother, size, convention, precision, every: Math.min(every, n), own }, (j, re, im) => {
    W.re.set(re, j * times);
    // A real wavelet leaves nothing but rounding errors in the imaginary part, unless the Nyquist bin is taken for one-sided.
    if (mother.dofmin !== 1 || convention !== "exact") W.im.set(im, j * times);
  });
  let fft: ComplexArray | undefined;
  const half = Math.floor(size / 2), coi = coneOfInfluence(n, dt, mother, convention);
  return {
    W,
    scales: axis.scales,
    freqs: axis.freqs,
    periods: axis.periods,
    coi: every === 1 ? coi : coi.filter((_, t) => t % every === 0),
    get fft() {
      return fft ??= split(spectrumOf(x, size), 1, half, 1 / Math.sqrt(size));
    },
    fftfreqs: Float64Array.from({ length: Math.max(0, half - 1) }, (_, k) => (k + 1) / (size * dt)),
    shape: [scales.length, times],
  };
}

/** Transforms a series, padded to `size`, with tables that serve other lengths too. */
function spectrumOf(x: Float64Array, size: number): Float64Array<ArrayBuffer> {
  if (x.length > SHARE_UP_TO || !isFast(size)) return realSpectrum(x, size);
  const engine = takeEngine(), spectrum = engine.spectrum(x, size);
  giveEngineBack(engine);
  return spectrum;
}

interface TransformOptions {
  /** Scales, in samples. */
  scales: Float64Array;
  mother: Mother;
  /** The padded length of the largest scale. */
  size: number;
  convention: Convention;
  precision: Precision;
  every: number;
  /** Whether small scales may have shorter padded lengths of their own. */
  own: boolean;
}

/** Lengths of longer records are multiples of {@linkcode INTERPOLATED}, so that samples can be interpolated. */
const FEW = 4096, INTERPOLATED = 32;

type Row = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** Visits the transform at each scale, row by row; the rows are overwritten afterwards. */
function transform(x: Float64Array, options: TransformOptions, visit: (j: number, re: Row, im: Row) => void): void {
  const { scales, mother, size, convention, precision, every, own } = options;
  const n = x.length, times = Math.ceil(n / every), quick = precision === "single";
  const factor = every * (quick && n > FEW ? INTERPOLATED : lanes(precision));
  const lengths = scales.map((s) => own ? recordLength(s, { n, size, mother, factor }) : size);
  let length = 0, at = 0, spectrum: Float64Array | undefined, daughters: Daughters | undefined;
  const shared = n <= SHARE_UP_TO ? takeEngine() : undefined;
  let engine = shared ?? new SpectralEngine();
  for (let j = 0; j < scales.length; j++) {
    if (lengths[j] !== length || !daughters) {
      length = lengths[j];
      if (!shared) engine = new SpectralEngine(); // the last length's tables go
      spectrum = undefined;
      at = isFast(length) ? engine.spectra(x, undefined, length) : engine.points(spectrum = realSpectrum(x, length));
      daughters = new Daughters({
        mother,
        scales,
        size: length,
        convention,
        n,
        once: true,
        quick: quick ? "single" : undefined,
      });
    }
    // All samples, where the length does not allow to make just those that are wanted.
    const step = canSample(length / every, precision) ? every : 1;
    if (canSample(length / step, precision)) {
      const { first, bins, at: values } = daughters.write(j, engine), { re: c, im: s } = mother.turn;
      engine.run.band64(at, length, first, bins, values, c, s, bandRoom(engine, { bands: 1, bins }));
      const count = Math.ceil(n / step);
      const [{ re, im }] = sampleBands(engine, { bands: 1, first, bins, n: length / step }, {
        precision,
        count,
        near: quick,
      });
      const view = quick ? engine.f32.bind(engine) : engine.f64.bind(engine);
      visit(j, thinned(view(re, count), every / step), thinned(view(im, count), every / step));
    } else {
      const product = new Float64Array(2 * length), wave = new Float64Array(2 * length);
      daughters.apply(j, spectrum ??= realSpectrum(x, length), product);
      fftPlan(length).inverse(wave, product);
      const re = new Float64Array(times), im = new Float64Array(times);
      for (let t = 0; t < times; t++) {
        re[t] = wave[2 * every * t];
        im[t] = wave[2 * every * t + 1];
      }
      visit(j, re, im);
    }
  }
  if (shared) giveEngineBack(shared);
}

function thinned(row: Row, every: number): Row {
  return every === 1 ? row : row.filter((_, t) => t % every === 0);
}
