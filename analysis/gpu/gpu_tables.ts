import { unitCircle } from "../../random/mod.ts";
import { digitOrder } from "../kernel/transform_tables.ts";

/** Longer circles are kept as every 1024th root of unity, and the first 1024: their products are right to single precision. */
const LONG = 8192;

/** A list of 32-bit words that grows. */
export class Words {
  #words = new Uint32Array(1024);
  #length = 0;

  /** How many words there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends whole numbers (negative ones as two's complement).
   *
   * @returns Where they begin.
   */
  push(values: ArrayLike<number>): number {
    const at = this.#length;
    this.#length += values.length;
    if (this.#length > this.#words.length) {
      const words = new Uint32Array(2 * this.#length);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words.set(values, at);
    return at;
  }

  /** Appends numbers in single precision. */
  pushFloats(values: ArrayLike<number>): number {
    return this.push(new Uint32Array(Float32Array.from(values).buffer));
  }

  /** Appends zeros up to a multiple of `unit` words. */
  align(unit: number): number {
    this.push(new Uint32Array(Math.ceil(this.#length / unit) * unit - this.#length));
    return this.#length;
  }

  /** The words, at least one. */
  data(): Uint32Array<ArrayBuffer> {
    return this.#words.slice(0, Math.max(4, this.#length));
  }
}

/** The tables that the passes of a program share, each kept once. */
export class GpuTables {
  /** Orders, stages, filters, weights. */
  readonly words: Words = new Words();
  readonly #circles = new Words();
  readonly #known = new Map<string, number>();

  /** Roots of unity, complex. */
  get circles(): Uint32Array<ArrayBuffer> {
    return this.#circles.data();
  }

  /**
   * The roots of unity of a length.
   *
   * @returns Where they begin; and where the fine ones do if there are only the coarse ones there, else 0.
   */
  circle(length: number): { circle: number; fine: number } {
    if (length <= LONG) return { circle: this.#roots(length, length, 1), fine: 0 };
    const circle = this.#roots(length, Math.ceil(length / 1024), 1024);
    return { circle, fine: this.#roots(length, 1024, 1) };
  }

  /** The radices of a transform in a workgroup: how many, then each. */
  stages(radices: readonly number[]): number {
    return this.#once(`stages ${radices}`, () => this.words.push([radices.length, ...radices]));
  }

  /** The position of each result of such a transform. */
  order(radices: readonly number[]): number {
    return this.#once(`order ${radices}`, () => this.words.push(digitOrder(radices)));
  }

  #roots(length: number, count: number, step: number): number {
    return this.#once(`circle ${length} ${step}`, () => {
      const values = new Float32Array(2 * count);
      for (let k = 0; k < count; k++) values.set(unitCircle(k * step, length), 2 * k);
      return this.#circles.pushFloats(values) / 2;
    });
  }

  #once(name: string, make: () => number): number {
    const at = this.#known.get(name) ?? make();
    this.#known.set(name, at);
    return at;
  }
}
