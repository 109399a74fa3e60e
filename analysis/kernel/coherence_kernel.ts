import { InvalidArgumentError, requirePositive, requireWhole } from "../../random/mod.ts";
import { type KernelPlan, type KernelSpec, planKernel } from "./kernel_plan.ts";
import { BINS, type KernelProgram, KEY_BATCHES, layOut } from "./kernel_program.ts";
import { KERNEL_WASM } from "./kernel_wasm.ts";
import type { KernelTransform } from "./transform_tables.ts";

/** What a kernel does for one surrogate. */
export interface KernelInfo {
  /** For each computed scale, in samples of the record... */
  readonly scales: readonly {
    /** ...the scale... */
    readonly scale: number;
    /** ...the padded length of the record that it is computed with... */
    readonly length: number;
    /** ...and samples of the wavelet transform over that length. */
    readonly samples: number;
  }[];
  /** For each tested scale, samples counted a surrogate. */
  readonly counted: readonly number[];
  /** Arithmetic of one surrogate, where a transform of M points is 5 M log2 M. */
  readonly flops: number;
  /** Bytes of memory. */
  readonly bytes: number;
  /** Why some scales take longer than a band-limited mother's would; undefined where none does. */
  readonly fallback: string | undefined;
}

/** What the kernel's module exports. */
export interface KernelExports extends KernelTransform {
  readonly draw: (program: number, keys: number) => void;
  readonly run: (program: number, keys: number, batches: number, lanes: number) => void;
  readonly setDump: (pointer: number) => void;
}

/** Taps of the smoothing in time beyond which it takes longer than anything else. */
const MANY_TAPS = 64;

/** Compiled once a thread; each kernel is an instance of its own, whose memory goes with it. */
let module: WebAssembly.Module | undefined;

/**
 * Simulates the coherence of pairs of AR(1) series and counts it, scale by scale, in single precision: the fast path of the
 * significance of wavelet coherence.
 *
 * Each scale is computed on the few samples that its band needs, four surrogates at a time. The histograms depend on the
 * keys alone: not on their order, on how they are cut into calls, or on the machine. Against the analysis in float64 of the same
 * noise, the coherence differs by less than 3e-4 at the scales that the kernel can follow (`followsFrom`), with AR(1) coefficients up
 * to 0.99. Redder series jump more at their ends, and a few values there are off by up to 1e-3.
 *
 * A surrogate is two series of `n` normals (see {@linkcode surrogateNormals}), made AR(1) from a stationary start, their
 * means removed, padded with zeros. Transform (Torrence and Compo 1998, equation 4), smoothing in time by the mother's
 * envelope and over neighbouring scales by given weights (Torrence and Webster 1999), R^2 = |S12|^2/(S11 S22).
 *
 * @internal
 */
export class CoherenceKernel {
  /** How the kernel computes. */
  readonly plan: KernelPlan;
  readonly #exports: KernelExports;
  readonly #program: KernelProgram;

  /**
   * Plans the work, and lays it out in memory of its own.
   *
   * @param spec What the surrogates are and what is counted.
   * @throws {InvalidArgumentError} If the specification cannot be used.
   */
  constructor(spec: KernelSpec) {
    check(spec);
    this.plan = planKernel(spec);
    this.#program = layOut(this.plan);
    this.#exports = instantiateKernel();
    this.#program.memory.fill(this.#exports);
  }

  /**
   * Simulates surrogates and counts their coherence.
   *
   * @param keys Two words for each surrogate, from {@linkcode SimulationKeys}.
   * @param count How many; all by default.
   */
  simulate(keys: Uint32Array, count: number = keys.length / 2): void {
    if (keys.length < 2 * count || !Number.isSafeInteger(count)) {
      throw new InvalidArgumentError("keys", keys, `two words for each of ${count} surrogates`);
    }
    const { program, keys: at } = this.#program;
    for (let done = 0; done < count;) {
      const now = Math.min(count - done, 4 * KEY_BATCHES);
      this.#load(keys, done, now);
      this.#exports.run(program, at, Math.ceil(now / 4), (now - 1) % 4 + 1);
      done += now;
    }
  }

  /** Counts so far, one row of 1024 bins on [0, 1] for each tested scale, 1 in the last bin. A view until the next call. */
  get histogram(): Uint32Array<ArrayBuffer> {
    const buffer = this.#exports.memory.buffer as ArrayBuffer;
    return new Uint32Array(buffer, this.#program.histogram, BINS * this.plan.windows.length);
  }

  /** Takes the counts, and starts again at 0. */
  takeHistogram(): Uint32Array<ArrayBuffer> {
    const counts = this.histogram, taken = counts.slice();
    counts.fill(0);
    return taken;
  }

  /** What is done for one surrogate. */
  get info(): KernelInfo {
    const { levels, scales, windows, mother } = this.plan;
    const fft = (length: number) => 5 * length * Math.log2(length);
    const taps = (i: number) => smoothingTaps(this.plan, i);
    let flops = 300 * this.plan.spec.n;
    for (const { length, analytic } of levels) {
      flops += analytic ? 2 * fft(length) + 2 * fft(analytic.length) : fft(length);
    }
    scales.forEach(({ samples, count, full }, i) => {
      flops += (mother.real && !full ? 1 : 2) * (fft(samples) + 2 * samples) + 12 * samples + 8 * taps(i) * count;
    });
    for (const { count, neighbours } of windows) flops += count * (8 * neighbours.length + 6);
    return {
      scales: scales.map(({ scale, level, samples }) => ({ scale, length: levels[level].length, samples })),
      counted: windows.map((window) => window.count),
      flops,
      bytes: this.#exports.memory.buffer.byteLength,
      fallback: slowPath(this.plan),
    };
  }

  /**
   * The pair of series of one surrogate. For tests.
   *
   * @param key The surrogate's two words.
   * @returns Both series, means removed.
   */
  noise(key: Uint32Array): [first: Float32Array, second: Float32Array] {
    this.#load(key, 0, 1);
    this.#exports.draw(this.#program.program, this.#program.keys);
    const { n } = this.plan.spec, record = new Float32Array(this.#exports.memory.buffer, this.#program.record, 8 * n);
    return [
      Float32Array.from({ length: n }, (_, t) => record[8 * t]),
      Float32Array.from({ length: n }, (_, t) => record[8 * t + 4]),
    ];
  }

  /**
   * The coherence of one surrogate where it is counted, without counting it. For tests.
   *
   * @param key The surrogate's two words.
   * @returns For each tested scale j, the values at times `(first + i) * step` of `plan.windows[j]`.
   */
  coherence(key: Uint32Array): Float32Array[] {
    const { windows } = this.plan,
      { memory, run, setDump } = this.#exports,
      { program, keys, memory: { bytes } } = this.#program;
    const kept = this.histogram.slice(), total = windows.reduce((sum, window) => sum + window.count, 0);
    const missing = bytes + 16 * total - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    this.#load(key, 0, 1);
    setDump(bytes);
    run(program, keys, 1, 1);
    setDump(0);
    this.histogram.set(kept);
    const values = new Float32Array(memory.buffer, bytes, 4 * total);
    let at = 0;
    return windows.map(({ count }) => Float32Array.from({ length: count }, () => values[4 * at++]));
  }

  /** Lays the keys of surrogates into memory, four to a batch. */
  #load(keys: Uint32Array, start: number, count: number): void {
    const words = new Uint32Array(this.#exports.memory.buffer, this.#program.keys, 8 * KEY_BATCHES);
    for (let i = 0; i < count; i++) {
      const at = 8 * (i >> 2) + i % 4;
      words[at] = keys[2 * (start + i)];
      words[at + 4] = keys[2 * (start + i) + 1];
    }
  }
}

/** The kernel, with memory of its own. */
export function instantiateKernel(): KernelExports {
  module ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_WASM), (c) => c.charCodeAt(0)));
  return new WebAssembly.Instance(module).exports as unknown as KernelExports;
}

/** Why some scales of a plan take longer than a band-limited mother's would; undefined where none does. */
export function slowPath(plan: KernelPlan): string | undefined {
  const folding = plan.scales.filter((scale) => scale.full).length;
  if (folding > 0) {
    return `${folding} scales are so small that what they have beyond the Nyquist frequency folds back; they are computed at every sample`;
  }
  const slow = plan.scales.filter((_, i) => smoothingTaps(plan, i) > MANY_TAPS).length;
  if (slow === 0) return undefined;
  return `the envelope of this mother falls slowly: smoothing in time takes more than ${MANY_TAPS} weights at ${slow} scales`;
}

/** How many values are weighed in smoothing scale number `i` in time. */
function smoothingTaps({ levels, scales, mother }: KernelPlan, i: number): number {
  const { samples, scale, level } = scales[i];
  return Math.min(samples, 2 * mother.reach * scale * samples / levels[level].length);
}

function check({ n, dt, scales, outside, g, window }: KernelSpec): void {
  requireWhole("n", n, 8);
  requirePositive("dt", dt);
  if (scales.some((scale, j) => !(scale > (j > 0 ? scales[j - 1] : 0)) || scale === Infinity)) {
    throw new InvalidArgumentError("scales", scales, "positive, finite and rising");
  }
  if (outside.length < 1 || outside.length > scales.length) {
    throw new InvalidArgumentError("outside", outside, `one range for each of 1 to ${scales.length} scales`);
  }
  outside.forEach(({ start, end }, j) => {
    requireWhole(`outside[${j}].start`, start, 0);
    requireWhole(`outside[${j}].end`, end, start);
    if (end > n) throw new InvalidArgumentError(`outside[${j}].end`, end, `at most n (${n})`);
  });
  g.forEach((value, i) => {
    if (!(Math.abs(value) < 1)) throw new InvalidArgumentError(`g[${i}]`, value, "between -1 and 1, both excluded");
  });
  if (window.weights.some((weight) => !(weight >= 0 && weight < Infinity)) || !(window.weights[-window.first] > 0)) {
    throw new InvalidArgumentError("window", window.weights, "weights of at least 0, the scale's own above 0");
  }
}
