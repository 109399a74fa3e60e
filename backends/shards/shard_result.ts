import { encode } from "../codec.ts";
import { OuterVariableError } from "../function_source.ts";
import { SimulationError } from "../run_span.ts";
import { sendError } from "../sent_error.ts";
import type { SentError } from "../sent_error.ts";
import type { Span } from "../task.ts";
import { sha256 } from "./plan.ts";

/** How a shard ended: partials, one a chunk or a single one; or what was thrown, which would be thrown again elsewhere. */
export type ShardOutcome = { readonly partials: readonly unknown[] } | { readonly failure: unknown };

/** Which shard's result it is. */
export interface ShardIdentity {
  /** The hash of the plan. */
  readonly hash: string;
  /** The shard's simulations. */
  readonly span: Span;
}

/** What was thrown, as it is sent. */
export interface SentFailure {
  readonly error: SentError;
  /** The simulation that threw, and its seed. */
  readonly simulation?: { readonly index: number; readonly seed: number };
  /** The variable that a function missed. */
  readonly variable?: string;
}

/** A shard's result as bytes: which shard it is of, and a checksum, so that `readResult` knows it again. */
export function writeResult(
  { hash, span: { start, count } }: ShardIdentity,
  outcome: ShardOutcome,
): Uint8Array<ArrayBuffer> {
  const body = encode("partials" in outcome ? outcome : { failure: sendFailure(outcome.failure) });
  return encode({ hash, start, count, checksum: sha256(body), body });
}

function sendFailure(thrown: unknown): SentFailure {
  if (thrown instanceof OuterVariableError) return { error: sendError(thrown.cause), variable: thrown.variable };
  if (!(thrown instanceof SimulationError)) return { error: sendError(thrown) };
  const { index, seed, cause } = thrown;
  return { error: sendError(cause), simulation: { index, seed } };
}
