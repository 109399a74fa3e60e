import type { Span } from "../task.ts";

/** Thrown when a shard has no result, and not for its simulations' sake: what ran it was lost, more often than may be tried again. */
export class ShardLostError extends Error {
  /** Names the class. */
  override readonly name = "ShardLostError";
  /** The shard's simulations. */
  readonly span: Span;
  /** How often it was tried. */
  readonly attempts: number;

  /** Names the simulations, and says why they were lost. */
  constructor(span: Span, attempts: number, why: string, options?: ErrorOptions) {
    const last = span.start + span.count - 1;
    const times = attempts === 1 ? "" : ` in ${attempts} attempts`;
    super(`Simulations ${span.start} to ${last} could not be run${times}. ${why}`, options);
    this.span = span;
    this.attempts = attempts;
  }
}
