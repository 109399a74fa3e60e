import { SPECTRAL_WASM } from "./spectral_wasm.ts";
import { unitCircle } from "../../random/mod.ts";

/** A number format for the work and the results. */
export type Precision = "double" | "single";

/** Bytes of a point: the real parts of its lanes, then the imaginary parts. */
export const POINT = 32;

/** A planned transform: where its tables lie in the engine's memory. */
export interface SpectralTransform {
  readonly length: number;
  /** The plan, which the exports take. */
  readonly plan: number;
  /** The table of each result's offset in bytes, as digits are reversed. */
  readonly order: number;
}

/** What mod.as.ts exports; all arguments are whole numbers, of which addresses are in bytes. */
interface SpectralExports {
  readonly memory: WebAssembly.Memory;
  transform64(plan: number, data: number): void;
  transform32(plan: number, data: number): void;
  sort64(points: number, order: number, n: number, out: number): void;
  spread64(...band: number[]): void;
  spread32(...band: number[]): void;
  spreadTwo64(...bands: number[]): void;
  spreadTwo32(...bands: number[]): void;
  samples64(...band: number[]): void;
  samples32(...band: number[]): void;
  pair64(plan: number, state: number, first: number, bins: number, work: number): void;
  interpolate64(...band: number[]): void;
  interpolate32(...band: number[]): void;
  look64(...table: number[]): void;
  ringing64(...values: number[]): void;
  filter64(...band: number[]): void;
  band64(...band: number[]): void;
  cross64(re1: number, im1: number, re2: number, im2: number, n: number): void;
  cross32(re1: number, im1: number, re2: number, im2: number, n: number): void;
  powers64(work: number, order: number, m: number, out: number): void;
  smooth64(...points: number[]): void;
  gather64(neighbours: number, count: number, bins: number, out: number): void;
  bands64(spectra: number, half: number, root1: number, root2: number, out: number): void;
  boxcar64(neighbours: number, count: number, bytes: number, out: number): void;
  coherence64(s11: number, s22: number, re: number, im: number, n: number, out: number): void;
  coherence32(s11: number, s22: number, re: number, im: number, n: number, out: number): void;
  angles64(im: number, re: number, n: number, out: number): void;
  angles32(im: number, re: number, n: number, out: number): void;
}

const PAGE = 65536;
/** Steps of the fine table of the circle, as in turn.as.ts. */
const FINE = 256;
let compiled: WebAssembly.Module | undefined;

/**
 * Transforms in WebAssembly, with a memory of their own: tables, and buffers that are made once for a name and grow. Views end
 * when memory grows, so take them when you need them.
 */
export class SpectralEngine {
  /** The module's functions. */
  readonly run: SpectralExports;
  readonly #transforms = new Map<number, SpectralTransform>();
  readonly #circles = new Map<number, number>();
  readonly #rooms = new Map<string, { at: number; bytes: number }>();
  #top = PAGE;

  constructor() {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(SPECTRAL_WASM), (c) => c.charCodeAt(0)));
    this.run = new WebAssembly.Instance(compiled).exports as unknown as SpectralExports;
  }

  /** The address of at least `bytes` bytes that belong to `name`. Their contents are lost when they have to grow. */
  room(name: string, bytes: number): number {
    const room = this.#rooms.get(name);
    if (room && room.bytes >= bytes) return room.at;
    const at = this.#allocate(bytes);
    this.#rooms.set(name, { at, bytes });
    return at;
  }

  /** Numbers in float64. */
  f64(at: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.run.memory.buffer as ArrayBuffer, at, length);
  }

  /** Numbers in float32. */
  f32(at: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.run.memory.buffer as ArrayBuffer, at, length);
  }

  /** The transform of a {@linkcode isFast} length, for points of the given precision. */
  transform(length: number, precision: Precision = "double"): SpectralTransform {
    const key = precision === "single" ? -length : length;
    let transform = this.#transforms.get(key);
    if (!transform) this.#transforms.set(key, transform = this.#plan(length, precision));
    return transform;
  }

  /** The table of a full turn in n steps, which bands are turned with. */
  circle(n: number): number {
    let at = this.#circles.get(n);
    if (at === undefined) {
      const coarse = Math.floor(n / FINE) + 1;
      at = this.#allocate(16 * (FINE + coarse));
      const table = this.f64(at, 2 * (FINE + coarse));
      for (let k = 0; k < FINE; k++) [table[2 * k], table[2 * k + 1]] = unitCircle(k % n, n);
      for (let k = 0; k < coarse; k++) {
        [table[2 * (FINE + k)], table[2 * (FINE + k) + 1]] = unitCircle(k * FINE, n);
      }
      this.#circles.set(n, at);
    }
    return at;
  }

  /**
   * Transforms one or two real series, padded with zeros to n samples; the next call of the same name overwrites the spectra.
   *
   * @returns Where the spectra lie: n points, one series in each lane, real parts and imaginary parts exchanged.
   */
  spectra(x1: Float64Array, x2: Float64Array | undefined, n: number, name = ""): number {
    const { plan, order } = this.transform(n), work = this.room("work", POINT * n);
    const at = this.room(`spectra ${name}`, POINT * n), points = this.f64(work, 4 * n);
    points.fill(0);
    // The transform's sign is the inverse's; with both parts exchanged before and after it is the other one.
    for (let t = 0; t < x1.length; t++) points[4 * t + 2] = x1[t];
    if (x2) { for (let t = 0; t < x2.length; t++) points[4 * t + 3] = x2[t]; }
    this.run.transform64(plan, work);
    this.run.sort64(work, order, n, at);
    return at;
  }

  /** Writes a spectrum, real and imaginary parts in turn, as {@linkcode spectra} does, into the first lane. */
  points(spectrum: Float64Array): number {
    const n = spectrum.length / 2, at = this.room("spectra ", POINT * n), points = this.f64(at, 4 * n);
    for (let k = 0; k < n; k++) {
      points[4 * k + 2] = spectrum[2 * k];
      points[4 * k] = spectrum[2 * k + 1];
    }
    return at;
  }

  /** Transforms a real series, padded with zeros to n samples: n complex values, real and imaginary parts in turn. */
  spectrum(x: Float64Array, n: number): Float64Array<ArrayBuffer> {
    const points = this.f64(this.spectra(x, undefined, n), 4 * n), out = new Float64Array(2 * n);
    for (let k = 0; k < n; k++) {
      out[2 * k] = points[4 * k + 2];
      out[2 * k + 1] = points[4 * k];
    }
    return out;
  }

  #plan(length: number, precision: Precision): SpectralTransform {
    const stages = radices(length)!, size = precision === "single" ? 4 : 8;
    const order = this.#allocate(4 * length), words = digitOrder(stages).map((position) => POINT * position);
    new Uint32Array(this.run.memory.buffer, order).set(words);
    const description = [length, stages.length];
    let block = length;
    for (const radix of stages) {
      const values = twiddles(radix, block), table = this.#allocate(size * values.length);
      if (precision === "single") this.f32(table, values.length).set(values);
      else this.f64(table, values.length).set(values);
      description.push(radix, block, table);
      block /= radix;
    }
    const plan = this.#allocate(4 * description.length);
    new Uint32Array(this.run.memory.buffer, plan).set(description);
    return { length, plan, order };
  }

  #allocate(bytes: number): number {
    const { memory } = this.run, at = this.#top;
    this.#top += Math.ceil(bytes / 64) * 64;
    const missing = this.#top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return at;
  }
}

/** Longer records have an engine of its own for each padded length, as the tables of all together take much memory. */
export const SHARE_UP_TO = 2 ** 17;

let idle: SpectralEngine | undefined;
/** An engine with more memory, in bytes, is let go. */
const KEEP_AT_MOST = 2 ** 28;

/** An engine that may have tables from earlier work. Nobody else has it until it is given back. */
export function takeEngine(): SpectralEngine {
  const engine = idle ?? new SpectralEngine();
  idle = undefined;
  return engine;
}

/** Gives an engine back, so that its tables serve again. */
export function giveEngineBack(engine: SpectralEngine): void {
  if (engine.run.memory.buffer.byteLength <= KEEP_AT_MOST) idle = engine;
}

/** Whether a length has no prime factors other than 2, 3 and 5. */
export function isFast(length: number): boolean {
  return radices(length) !== undefined;
}

/** The shortest length of at least n that has no prime factors other than 2, 3 and 5, and is a multiple of `factor`. */
export function fastLength(n: number, factor = 1): number {
  let best = Infinity;
  for (let five = 1; five < 2 * n; five *= 5) {
    for (let three = five; three < 2 * n; three *= 3) {
      const two = three * 2 ** Math.max(0, Math.ceil(Math.log2(n / factor / three)));
      if (two * factor >= n) best = Math.min(best, two);
    }
  }
  return best * factor;
}

/** Operations of a transform's stage, a point. */
const COST: Readonly<Record<number, number>> = { 2: 8.7, 3: 9.5, 4: 8.5, 5: 14.9 };

const cheap = new Map<string, number>();
const KEEP_LENGTHS = 1024;

/** The length of at least n, and hardly longer, that is transformed soonest; otherwise as {@linkcode fastLength}. */
export function cheapLength(n: number, factor = 1): number {
  const key = `${n} ${factor}`, have = cheap.get(key);
  if (have) return have;
  const cost = (length: number) => length * radices(length / factor)!.reduce((sum, radix) => sum + COST[radix], 0);
  let best = fastLength(n, factor);
  for (let length = best; length <= 1.05 * n; length = fastLength(length + 1, factor)) {
    if (cost(length) < cost(best)) best = length;
  }
  if (cheap.size >= KEEP_LENGTHS) cheap.clear();
  cheap.set(key, best);
  return best;
}

/** The shortest length of at least `least` that divides n, or n. */
export function fastDivisor(n: number, least: number): number {
  let best = n;
  for (let five = 1; n % five === 0; five *= 5) {
    for (let three = five; n % three === 0; three *= 3) {
      for (let two = three; n % two === 0; two *= 2) if (two >= least && two < best) best = two;
    }
  }
  return best;
}

function radices(length: number): number[] | undefined {
  const found: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) found.push(radix);
  }
  return rest === 1 ? found.reverse() : undefined; // the last stage is the fastest with blocks of four
}

/** Position of each frequency after a transform by decimation in frequency. */
function digitOrder(stages: readonly number[]): Uint32Array {
  let order = Uint32Array.of(0);
  for (const radix of stages.toReversed()) {
    const next = new Uint32Array(order.length * radix), { length } = order;
    for (let q = 0; q < radix; q++) {
      for (let i = 0; i < length; i++) next[i * radix + q] = q * length + order[i];
    }
    order = next;
  }
  return order;
}

/** exp(2 pi i j q / block) for j < block / radix, q = 1 .. radix - 1: each a product of a fine and a coarse step. */
function twiddles(radix: number, block: number): Float64Array {
  const columns = block / radix, values = new Float64Array(2 * (radix - 1) * columns);
  const fine = Array.from({ length: Math.min(FINE, block) }, (_, k) => unitCircle(k, block));
  const coarse = Array.from({ length: Math.floor(block / FINE) + 1 }, (_, k) => unitCircle(k * FINE, block));
  let at = 0;
  for (let j = 0; j < columns; j++) {
    for (let q = 1; q < radix; q++) {
      const e = j * q, [a, b] = fine[e % FINE], [c, d] = coarse[Math.floor(e / FINE)];
      values[at++] = a * c - b * d;
      values[at++] = a * d + b * c;
    }
  }
  return values;
}
