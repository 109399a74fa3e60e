import { draw, memory, seed } from "./pcg64.wasm";
import type { SeedSequence } from "./seed_sequence.ts";

/** Where the state and the drawn words lie, in 32-bit words; see pcg64.as.ts. */
const DRAWN = 8;
/** Words of 64 bits drawn at once: few at first, as many generators live for one number, then more. */
const FIRST_BLOCK = 4, LAST_BLOCK = 1024;

// One memory serves all generators of a thread: each brings its state and takes its words away.
const shared = new Int32Array(memory.buffer);

/**
 * PCG64, NumPy's default source of random bits: 64-bit words as pairs of signed 32-bit halves.
 *
 * Words and state are plain lists and fields, as making a typed array costs more than the first draw.
 *
 * @internal
 */
export class Pcg64 {
  /** Low and high halves of the words drawn ahead. */
  readonly words: number[] = [];
  #position = 0;
  #state0 = 0;
  #state1 = 0;
  #state2 = 0;
  #state3 = 0;
  readonly #increment0: number;
  readonly #increment1: number;
  readonly #increment2: number;
  readonly #increment3: number;
  #half = 0;
  #hasHalf = false;

  constructor(seedSequence: SeedSequence) {
    // The four 64-bit words come low half first, in memory as in the state.
    seedSequence.writeState(shared, DRAWN, 8);
    seed();
    this.#increment0 = shared[4];
    this.#increment1 = shared[5];
    this.#increment2 = shared[6];
    this.#increment3 = shared[7];
    this.#draw(2 * FIRST_BLOCK);
  }

  /** Takes the next 64-bit word: its low half is at the index returned, its high half right after. */
  take(): number {
    if (this.#position === this.words.length) this.#refill();
    const at = this.#position;
    this.#position = at + 2;
    return at;
  }

  /** The next 32-bit word, signed: low half of a 64-bit word first, then its high half, whatever comes between. */
  next32(): number {
    if (this.#hasHalf) {
      this.#hasHalf = false;
      return this.#half;
    }
    const at = this.take();
    this.#half = this.words[at + 1];
    this.#hasHalf = true;
    return this.words[at];
  }

  /** The next number in [0, 1), a multiple of 2^-53. */
  nextDouble(): number {
    const at = this.take(), words = this.words;
    return ((words[at + 1] >>> 0) * 2 ** 21 + (words[at] >>> 11)) * 2 ** -53;
  }

  #refill(): void {
    shared[0] = this.#state0;
    shared[1] = this.#state1;
    shared[2] = this.#state2;
    shared[3] = this.#state3;
    shared[4] = this.#increment0;
    shared[5] = this.#increment1;
    shared[6] = this.#increment2;
    shared[7] = this.#increment3;
    this.#draw(Math.min(4 * this.words.length, 2 * LAST_BLOCK));
  }

  /** Draws from the state in the memory; the list grows to `length` by writing right after its end, so it has no holes. */
  #draw(length: number): void {
    draw(length / 2);
    const words = this.words;
    for (let i = 0; i < length; i++) words[i] = shared[DRAWN + i];
    this.#position = 0;
    this.#state0 = shared[0];
    this.#state1 = shared[1];
    this.#state2 = shared[2];
    this.#state3 = shared[3];
  }
}
