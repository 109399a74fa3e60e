import type { AnyTaskDefinition, Span } from "./task.ts";

/** Seconds of work that a span should hold: long against the time a message takes, short against a user's patience. */
const TARGET = 0.05;
/** How much larger than the last a lane's next span may be, while its speed is still being learnt. */
const GROWTH = 8;

/**
 * Cuts simulations into spans: small at first, then as many as take {@linkcode TARGET} seconds, smaller again towards the end so that
 * no lane is left with much while the others wait. What all lanes together have done soon is shared out at once.
 */
export class SpanQueue {
  readonly #chunk: number;
  readonly #returned: Span[] = [];
  readonly #losses = new Map<number, number>();
  #next: number;

  /**
   * Cuts `total` simulations for so many lanes.
   *
   * @param chunk Spans start and end at multiples of it.
   * @param first The first simulation, a multiple of it too (default 0).
   */
  constructor(readonly total: number, readonly lanes: number, chunk = 1, readonly first = 0) {
    this.#chunk = chunk;
    this.#next = first;
  }

  /** The next span for a lane whose last one had `count` simulations and took `seconds`; undefined when none is left. */
  take(last?: { count: number; seconds: number }): Span | undefined {
    const back = this.#returned.pop();
    if (back) return back;
    const left = this.first + this.total - this.#next;
    if (left === 0) return undefined;
    const fits = last ? Math.min(last.count * GROWTH, last.count * TARGET / Math.max(last.seconds, 1e-6)) : 1;
    const soon = last !== undefined && left * last.seconds / last.count < this.lanes * TARGET;
    const fair = left / (soon ? this.lanes : 2 * this.lanes);
    const chunks = Math.max(1, Math.round(Math.min(fits, fair) / this.#chunk));
    const span = { start: this.#next, count: Math.min(left, chunks * this.#chunk) };
    this.#next += span.count;
    return span;
  }

  /** Takes back a span that was lost on the way, and tells how often it has been. */
  giveBack(span: Span): number {
    const times = (this.#losses.get(span.start) ?? 0) + 1;
    this.#losses.set(span.start, times);
    this.#returned.push(span);
    return times;
  }
}

/** Joins partials in order of simulation as they come in, in whatever order that is. */
export class PartialMerger {
  readonly #definition: AnyTaskDefinition;
  readonly #waiting = new Map<number, { count: number; partials: readonly unknown[] }>();
  readonly #first: number;
  #next: number;
  #merged: { partial: unknown } | undefined;

  /** Joins partials of one task, from simulation `first` on (default 0). */
  constructor(definition: AnyTaskDefinition, first = 0) {
    this.#definition = definition;
    this.#first = this.#next = first;
  }

  /** How many simulations have been joined without a gap. */
  get joined(): number {
    return this.#next - this.#first;
  }

  /** What they have come to; undefined before the first. The next {@linkcode add} changes it. */
  get partial(): unknown {
    return this.#merged?.partial;
  }

  /** Adds a span's partials. */
  add({ start, count }: Span, partials: readonly unknown[]): void {
    const { chunk = 1 } = this.#definition;
    if (start % chunk !== 0) {
      throw new Error(`Cannot join a span from simulation ${start} as work is cut at multiples of ${chunk}`);
    }
    this.#waiting.set(start, { count, partials });
    for (let ready = this.#waiting.get(this.#next); ready; ready = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next += ready.count;
      for (const partial of ready.partials) {
        this.#merged = { partial: this.#merged ? this.#definition.merge(this.#merged.partial, partial) : partial };
      }
    }
  }

  /** The partial of all `total` simulations. */
  result(total: number): unknown {
    if (this.joined !== total || !this.#merged) {
      throw new Error(
        `Cannot join the results as simulation ${this.#next} of ${total} is missing: the backend lost it`,
      );
    }
    return this.#merged.partial;
  }
}
