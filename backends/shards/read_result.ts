import { decode } from "../codec.ts";
import { OuterVariableError } from "../function_source.ts";
import { SimulationError } from "../run_span.ts";
import { receiveError } from "../sent_error.ts";
import type { Span } from "../task.ts";
import { sha256 } from "./plan.ts";
import type { SentFailure, ShardIdentity } from "./shard_result.ts";
import { inSources } from "./source_places.ts";

/**
 * Reads a shard's result.
 *
 * @returns Its partials, in order.
 * @throws {ShardDamagedError} If it is cut short, altered or another's: the shard must run again.
 * @throws {SimulationError} If a simulation threw. Other errors of the shard, too, are thrown as they were.
 */
export function readResult(bytes: Uint8Array, { hash, span }: ShardIdentity): readonly unknown[] {
  const outcome = check(bytes, { hash, span });
  if ("partials" in outcome) return outcome.partials as unknown[];
  throw receiveFailure(outcome.failure as SentFailure, hash);
}

function check(bytes: Uint8Array, { hash, span }: ShardIdentity): { partials: unknown } | { failure: unknown } {
  let sent: { hash: string; start: number; count: number; checksum: string; body: Uint8Array };
  try {
    sent = decode(bytes) as typeof sent;
  } catch (cause) {
    throw new ShardDamagedError(span, "it is cut short or altered", { cause });
  }
  if (sent?.hash !== hash) throw new ShardDamagedError(span, "it is of another job");
  if (sent.start !== span.start || sent.count !== span.count) {
    throw new ShardDamagedError(span, "it is of another shard");
  }
  if (!(sent.body instanceof Uint8Array) || sha256(sent.body) !== sent.checksum) {
    throw new ShardDamagedError(span, "its checksum does not fit");
  }
  return decode(sent.body) as { partials: unknown } | { failure: unknown };
}

/** Thrown when a shard's result is not what the shard wrote. */
export class ShardDamagedError extends Error {
  /** Names the class. */
  override readonly name = "ShardDamagedError";
  /** The shard's simulations. */
  readonly span: Span;

  /** Names the shard, and what is wrong with its result. */
  constructor(span: Span, what: string, options?: ErrorOptions) {
    super(
      `The result of simulations ${span.start} to ${span.start + span.count - 1} cannot be used as ${what}`,
      options,
    );
    this.span = span;
  }
}

function receiveFailure({ error, simulation, variable }: SentFailure, hash: string): Error {
  const cause = receiveError(error.stack ? { ...error, stack: inSources(error.stack, hash) } : error);
  if (variable !== undefined) return new OuterVariableError(variable, cause);
  return simulation ? new SimulationError(simulation.index, simulation.seed, cause) : cause;
}
