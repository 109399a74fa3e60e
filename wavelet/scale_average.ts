import type { CoherenceAtScale } from "./coherence_plan.ts";
import type { ScaleWindow } from "./convention.ts";
import type { SpectraAtScale } from "./multirate.ts";
import { SpectralEngine } from "./spectral_engine.ts";

/** Rows of a scale: what {@linkcode SpectraAtScale} has; those of the average go on with coherence, phase, smoothed phase. */
const ROWS = 6, COHERENCE = 6, PHASE = 7, SMOOTHED_PHASE = 8, ALL_ROWS = 9;

/** Keeps the smoothed spectra of the scales in the smoothing window, averages them, and forms the coherence. */
export class ScaleAverage {
  readonly #engine = new SpectralEngine();
  readonly #window: ScaleWindow;
  readonly #J: number;
  readonly #times: number;
  readonly #stride: number;
  readonly #neighbours: number;
  readonly #ring: { at: number; rows: SpectraAtScale }[];
  readonly #out: number;
  readonly #average: CoherenceAtScale;

  /** Makes room for rows of `times` samples at scales 0...J. */
  constructor(window: ScaleWindow, J: number, times: number) {
    this.#window = window;
    this.#J = J;
    this.#times = times;
    const engine = this.#engine, stride = this.#stride = 8 * (times + times % 2), { length } = window.weights;
    // All room is made before the first view, as views end when memory grows.
    this.#neighbours = engine.room("neighbours", 16 * length);
    const places = Array.from({ length }, (_, k) => engine.room(`scale ${k}`, ROWS * stride));
    const out = this.#out = engine.room("average", ALL_ROWS * stride);
    this.#ring = places.map((at) => ({ at, rows: this.#rows(at) }));
    const row = (i: number) => engine.f64(out + i * stride, times),
      phase = row(PHASE),
      smoothedPhase = row(SMOOTHED_PHASE);
    this.#average = {
      ...this.#rows(out),
      coherence: row(COHERENCE),
      get phase() {
        engine.run.angles64(out + 5 * stride, out + 4 * stride, times, out + PHASE * stride);
        return phase;
      },
      get smoothedPhase() {
        engine.run.angles64(out + 3 * stride, out + 2 * stride, times, out + SMOOTHED_PHASE * stride);
        return smoothedPhase;
      },
    };
  }

  /** The rows of scale `j`, to be filled. */
  at(j: number): SpectraAtScale {
    return this.#ring[j % this.#ring.length].rows;
  }

  /** Averages over the scales round scale `j`, which must have been filled; the next call overwrites the answer. */
  around(j: number): CoherenceAtScale {
    const { first, weights } = this.#window, { run } = this.#engine, ring = this.#ring;
    const words = new DataView(run.memory.buffer, this.#neighbours);
    let count = 0;
    for (let k = 0; k < weights.length; k++) {
      const neighbour = j + first + k;
      if (neighbour < 0 || neighbour > this.#J || weights[k] === 0) continue;
      words.setUint32(16 * count, ring[neighbour % ring.length].at, true);
      words.setFloat64(16 * count + 8, weights[k], true);
      count++;
    }
    run.boxcar64(this.#neighbours, count, this.#stride, this.#times, this.#out);
    const own = this.at(j), average = this.#average;
    average.w12re.set(own.w12re);
    average.w12im.set(own.w12im);
    return average;
  }

  #rows(at: number): SpectraAtScale {
    const [s11, s22, s12re, s12im, w12re, w12im] = Array.from(
      { length: ROWS },
      (_, i) => this.#engine.f64(at + i * this.#stride, this.#times),
    );
    return { s11, s22, s12re, s12im, w12re, w12im };
  }
}
