import type { CoherenceAtScale } from "./coherence_plan.ts";
import type { ScaleWindow } from "./convention.ts";
import { SpectralEngine } from "./spectral_engine.ts";

/** Powers and cross spectra at one scale: rows of ceil(n / every) samples, to be filled. */
export interface SpectraAtScale {
  /** Smoothed power of the first series, divided by scale. */
  readonly s11: Float64Array;
  /** Smoothed power of the second series, divided by scale. */
  readonly s22: Float64Array;
  /** Real part of the smoothed cross spectrum, divided by scale. */
  readonly s12re: Float64Array;
  /** Its imaginary part. */
  readonly s12im: Float64Array;
  /** Real part of the cross spectrum before smoothing. */
  readonly w12re: Float64Array;
  /** Its imaginary part. */
  readonly w12im: Float64Array;
  /** Units of s11 and of s22. */
  readonly units: Float64Array;
}

/** What fills the rows of a scale, when they are asked for. */
export interface ScaleSource {
  /** Fills the rows of smoothed spectra at scale `j`. */
  smoothed(j: number, to: SpectraAtScale): void;
  /** Fills the rows of the cross spectrum before smoothing. */
  cross(j: number, to: SpectraAtScale): void;
}

/** Rows of a scale: what {@linkcode SpectraAtScale} has; those of the average go on with coherence, phase, smoothed phase. */
const ROWS = 6, COHERENCE = 6, PHASE = 7, SMOOTHED_PHASE = 8, ALL_ROWS = 9;

/** Averages the smoothed spectra of the scales in the smoothing window, as far as that is not done yet, and forms the coherence. */
export class ScaleAverage {
  readonly #engine = new SpectralEngine();
  readonly #window: ScaleWindow;
  readonly #J: number;
  readonly #times: number;
  readonly #stride: number;
  readonly #neighbours: number;
  readonly #ring: { at: number; rows: SpectraAtScale }[];
  readonly #out: number;
  readonly #source: ScaleSource | undefined;
  readonly #average: CoherenceAtScale;
  #scale = 0;
  #smoothed = false;
  #crossed = false;

  /**
   * Makes room for rows of `times` samples at scales 0...J.
   *
   * @param window What is left to average. Of so many scales the rows are kept.
   * @param source Fills rows when they are asked for; without it they are filled before.
   */
  constructor(window: ScaleWindow, J: number, times: number, source?: ScaleSource) {
    this.#window = window;
    this.#J = J;
    this.#times = times;
    this.#source = source;
    const engine = this.#engine, stride = this.#stride = 8 * (times + times % 2), { length } = window.weights;
    // All room is made before the first view, as views end when memory grows.
    this.#neighbours = engine.room("neighbours", 32 * length);
    const places = Array.from({ length }, (_, k) => engine.room(`scale ${k}`, ROWS * stride));
    this.#out = engine.room("average", ALL_ROWS * stride);
    this.#ring = places.map((at) => {
      const [s11, s22, s12re, s12im, w12re, w12im] = this.#rows(at, ROWS);
      return { at, rows: { s11, s22, s12re, s12im, w12re, w12im, units: Float64Array.of(1, 1) } };
    });
    this.#average = this.#lazy();
  }

  /** The rows of scale `j`, to be filled. */
  at(j: number): SpectraAtScale {
    return this.#ring[j % this.#ring.length].rows;
  }

  /** What is known at scale `j`, of which the neighbours must have been filled; the next call overwrites the answer. */
  around(j: number): CoherenceAtScale {
    this.#scale = j;
    this.#smoothed = this.#crossed = false;
    return this.#average;
  }

  /** Computes what is read. */
  #lazy(): CoherenceAtScale {
    const rows = this.#rows(this.#out, ALL_ROWS);
    const smoothed = (row: number) => {
      if (!this.#smoothed) this.#form();
      this.#smoothed = true;
      return rows[row];
    };
    const crossed = () => {
      if (!this.#crossed) this.#source?.cross(this.#scale, this.at(this.#scale));
      this.#crossed = true;
      return this.at(this.#scale);
    };
    const angles = (im: number, re: number, row: number) => {
      this.#engine.run.angles64(im, re, this.#times, this.#out + row * this.#stride);
      return rows[row];
    };
    return {
      get s11() {
        return smoothed(0);
      },
      get s22() {
        return smoothed(1);
      },
      get s12re() {
        return smoothed(2);
      },
      get s12im() {
        return smoothed(3);
      },
      get coherence() {
        return smoothed(COHERENCE);
      },
      get smoothedPhase() {
        return angles(smoothed(3).byteOffset, smoothed(2).byteOffset, SMOOTHED_PHASE);
      },
      get w12re() {
        return crossed().w12re;
      },
      get w12im() {
        return crossed().w12im;
      },
      get phase() {
        const { w12re, w12im } = crossed();
        return angles(w12im.byteOffset, w12re.byteOffset, PHASE);
      },
    };
  }

  #form(): void {
    const { first, weights } = this.#window, { run } = this.#engine, ring = this.#ring, j = this.#scale;
    this.#source?.smoothed(j, this.at(j));
    const words = new DataView(run.memory.buffer, this.#neighbours);
    let count = 0;
    for (let k = 0; k < weights.length; k++) {
      const neighbour = j + first + k;
      if (neighbour < 0 || neighbour > this.#J || weights[k] === 0) continue;
      const { at, rows: { units: [power1, power2] } } = ring[neighbour % ring.length];
      words.setUint32(32 * count, at, true);
      words.setFloat64(32 * count + 8, weights[k] * power1, true);
      words.setFloat64(32 * count + 16, weights[k] * power2, true);
      words.setFloat64(32 * count + 24, weights[k], true);
      count++;
    }
    run.boxcar64(this.#neighbours, count, this.#stride, this.#times, this.#out);
  }

  #rows(at: number, count: number): Float64Array[] {
    return Array.from({ length: count }, (_, i) => this.#engine.f64(at + i * this.#stride, this.#times));
  }
}
