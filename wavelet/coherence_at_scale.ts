import type { Precision, SpectralEngine } from "./spectral/spectral_engine.ts";

/** Samples in a precision. */
export type Samples<P extends Precision = "double"> = P extends "single" ? Float32Array<ArrayBuffer>
  : Float64Array<ArrayBuffer>;

/**
 * What is known at one scale, sample by sample; computed when it is read. The arrays belong to the plan and are overwritten at the
 * next scale: copy what you keep.
 */
export interface CoherenceAtScale<P extends Precision = "double"> {
  /** Angle of the cross spectrum before smoothing, in radians, in [-pi, pi]. */
  readonly phase: Samples<P>;
  /** Angle of the smoothed cross spectrum, likewise. */
  readonly smoothedPhase: Samples<P>;
  /** |S12|^2 / (S11 S22), in [0, 1]; 0 where a series has no power at all. */
  readonly coherence: Samples<P>;
  /** Smoothed power of the first series, divided by scale. */
  readonly s11: Samples<P>;
  /** Smoothed power of the second series, divided by scale. */
  readonly s22: Samples<P>;
  /** Real part of the smoothed cross spectrum W1 conj(W2), divided by scale. */
  readonly s12re: Samples<P>;
  /** Its imaginary part. */
  readonly s12im: Samples<P>;
  /** Real part of the cross spectrum before smoothing, W1 conj(W2). */
  readonly w12re: Samples<P>;
  /** Its imaginary part. */
  readonly w12im: Samples<P>;
}

/** A cross spectrum's rows in an engine's memory: their addresses, and the unit of their numbers. */
export interface CrossRows {
  readonly engine: SpectralEngine;
  readonly re: number;
  readonly im: number;
  readonly unit: number;
}

/** Rows of a smoothed cross spectrum with those of both powers, whose units have the cross spectrum's as their geometric mean. */
export interface SmoothedRows extends CrossRows {
  readonly s11: number;
  readonly s22: number;
  readonly units: readonly [number, number];
}

/** What makes the rows of a scale, when they are asked for; the next ones overwrite them. */
export interface ScaleSource {
  /** The numbers of the rows. */
  readonly precision: Precision;
  /** Powers and cross spectrum at scale number `j`, smoothed in time and over scales. */
  smoothed(j: number): SmoothedRows;
  /** The cross spectrum before smoothing. */
  cross(j: number): CrossRows;
}

/** Makes an array of so many samples. */
export function samples<P extends Precision>(precision: P, count: number): Samples<P> {
  return (precision === "single" ? new Float32Array(count) : new Float64Array(count)) as Samples<P>;
}

/** Forms coherence and phases from rows of spectra, as far as they are read. */
export class ScaleReader<P extends Precision> implements CoherenceAtScale<P> {
  readonly #source: ScaleSource;
  readonly #precision: P;
  readonly #times: number;
  /** What has been read: copies, as an engine's rows end when its memory grows. */
  readonly #read: Partial<Record<keyof CoherenceAtScale, Samples<P>>> = {};
  #into: Partial<Record<keyof CoherenceAtScale, Samples<P>>> = {};
  #scale = 0;
  #smoothed: SmoothedRows | undefined;
  #cross: CrossRows | undefined;

  /** Reads rows of `times` samples, and delivers them in a precision of its own. */
  constructor(source: ScaleSource, times: number, precision: P) {
    this.#source = source;
    this.#times = times;
    this.#precision = precision;
  }

  /** What is known at scale `j`; what is read of it goes into the arrays that are given, where some are. */
  at(j: number, into: Partial<Record<keyof CoherenceAtScale, Samples<P>>> = {}): CoherenceAtScale<P> {
    this.#scale = j;
    this.#into = into;
    this.#smoothed = this.#cross = undefined;
    return this;
  }

  get coherence(): Samples<P> {
    const { engine, s11, s22, re, im } = this.#rows, out = this.#room(engine);
    const form = this.#source.precision === "single" ? engine.run.coherence32 : engine.run.coherence64;
    form(s11, s22, re, im, this.#times, out);
    return this.#copy("coherence", engine, out);
  }

  get smoothedPhase(): Samples<P> {
    return this.#angles("smoothedPhase", this.#rows);
  }

  get phase(): Samples<P> {
    return this.#angles("phase", this.#crossRows);
  }

  get s11(): Samples<P> {
    const { engine, s11, units } = this.#rows;
    return this.#copy("s11", engine, s11, units[0]);
  }

  get s22(): Samples<P> {
    const { engine, s22, units } = this.#rows;
    return this.#copy("s22", engine, s22, units[1]);
  }

  get s12re(): Samples<P> {
    const { engine, re, unit } = this.#rows;
    return this.#copy("s12re", engine, re, unit);
  }

  get s12im(): Samples<P> {
    const { engine, im, unit } = this.#rows;
    return this.#copy("s12im", engine, im, unit);
  }

  get w12re(): Samples<P> {
    const { engine, re, unit } = this.#crossRows;
    return this.#copy("w12re", engine, re, unit);
  }

  get w12im(): Samples<P> {
    const { engine, im, unit } = this.#crossRows;
    return this.#copy("w12im", engine, im, unit);
  }

  get #rows(): SmoothedRows {
    return this.#smoothed ??= this.#source.smoothed(this.#scale);
  }

  get #crossRows(): CrossRows {
    return this.#cross ??= this.#source.cross(this.#scale);
  }

  #angles(name: "phase" | "smoothedPhase", { engine, re, im }: CrossRows): Samples<P> {
    const out = this.#room(engine),
      form = this.#source.precision === "single" ? engine.run.angles32 : engine.run.angles64;
    form(im, re, this.#times, out);
    return this.#copy(name, engine, out);
  }

  #room(engine: SpectralEngine): number {
    return engine.room("read", 8 * (this.#times + 4)); // registers are whole
  }

  #copy(name: keyof CoherenceAtScale, engine: SpectralEngine, at: number, unit = 1): Samples<P> {
    const times = this.#times,
      row = this.#source.precision === "single" ? engine.f32(at, times) : engine.f64(at, times);
    const copy = this.#into[name] ?? (this.#read[name] ??= samples(this.#precision, times));
    if (unit === 1) copy.set(row);
    else for (let t = 0; t < times; t++) copy[t] = unit * row[t];
    return copy;
  }
}
