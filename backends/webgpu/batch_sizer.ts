/** How much larger than the last a batch may be, while the speed is still being learnt. */
const GROWTH = 8;
/** Simulations of the first batch, where chunks are smaller. */
const FIRST = 16;
/** Batches that are submitted together at most. */
const TOGETHER = 8;

/** Chooses how many simulations run at a time: few at first, then as many as take a given time. */
export class BatchSizer {
  readonly #smallest: number;
  readonly #target: number;
  #largest: number;
  #size: number;
  #together = 1;
  #settled = false;

  /**
   * Sizes are `smallest` times a power of two, up to `largest`.
   *
   * @param target Seconds that a batch should take.
   */
  constructor(smallest: number, largest: number, target: number) {
    this.#smallest = smallest;
    this.#largest = largest;
    this.#target = target;
    this.#size = smallest;
    while (2 * this.#size <= Math.min(FIRST, largest)) this.#size *= 2;
  }

  /** How many simulations the next batch has room for. */
  get size(): number {
    return this.#size;
  }

  /** Room for the next batch when so many simulations are left. */
  room(left: number): number {
    let room = this.#size;
    while (room > this.#smallest && room / 2 >= left) room /= 2;
    return room;
  }

  /** Whether the size has been found, so that batches are alike. */
  get settled(): boolean {
    return this.#settled;
  }

  /** How many batches are due together: several, where the largest takes far less than it should. */
  get together(): number {
    return this.#together;
  }

  /** Learns from full batches: larger ones next time if one was quick, smaller ones if it was slow. */
  took(seconds: number): void {
    const before = this.#size;
    seconds = Math.max(seconds, 1e-6);
    const fits = Math.min(GROWTH, this.#target / seconds);
    for (let left = fits; left >= 2 && 2 * this.#size <= this.#largest; left /= 2) this.#size *= 2;
    if (fits < 0.5 && this.#size > this.#smallest) this.#size /= 2;
    this.#settled = this.#size === before;
    this.#together = this.#settled ? Math.max(1, Math.min(TOGETHER, Math.floor(this.#target / seconds))) : 1;
  }

  /** Halves the size for good. False if it was the smallest already. */
  halve(): boolean {
    if (this.#size === this.#smallest) return false;
    this.#largest = this.#size /= 2;
    this.#together = 1;
    this.#settled = false;
    return true;
  }
}
