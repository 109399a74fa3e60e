import type { SentTask } from "./function_source.ts";
import type { SentError } from "./sent_error.ts";
import type { Span } from "./task.ts";

/** What a lane is told. Messages travel in the codec. */
export type ToLane =
  /** Say when you are ready. */
  | { readonly kind: "hello" }
  /** Get ready for a task. */
  | { readonly kind: "begin"; readonly task: SentTask; readonly seed: unknown; readonly eager: boolean }
  /** Run a span of it. */
  | { readonly kind: "span"; readonly start: number; readonly count: number }
  /** Break off the span under way. */
  | { readonly kind: "stop" };

/** What a lane answers. */
export type FromLane =
  /** It has started and listens. */
  | { readonly kind: "ready" }
  /** The task is prepared. Where it was before: how long the last span of it took. */
  | { readonly kind: "begun"; readonly last?: Pace }
  /** So many more simulations of the span are done. */
  | { readonly kind: "advance"; readonly count: number }
  /** The span is done. */
  | { readonly kind: "partials"; readonly partials: unknown[] }
  /** The task or a simulation threw. */
  | { readonly kind: "failed"; readonly error: SentError; readonly simulation?: { index: number; seed: number } }
  /** The span was broken off. */
  | { readonly kind: "stopped" };

/** How long a span took. */
export interface Pace {
  /** Simulations. */
  readonly count: number;
  /** Seconds. */
  readonly seconds: number;
}

/** A thread or process that runs spans: the side of it that the backend holds. */
export interface Lane {
  /** "thread" or "process", for messages. */
  readonly kind: string;
  /** Sends a message. Does nothing once the lane has ended. */
  send(message: ToLane): void;
  /** Called with each answer; one listener at a time. */
  onMessage: (message: FromLane) => void;
  /** Settles when the lane has ended, with a sentence on how. */
  readonly ended: Promise<string>;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Whether our process stays alive for it. */
  hold(on: boolean): void;
}

/** Thrown when a thread or process ended in the middle of a span, and did so again when the span was run once more. */
export class LaneLostError extends Error {
  /** Names the class. */
  override readonly name = "LaneLostError";
  /** The simulations that were under way. */
  readonly span: Span;

  /** Says what ended, how, and on which simulations. */
  constructor(kind: string, how: string, span: Span) {
    const last = span.start + span.count - 1;
    super(`A ${kind} that ran simulations ${span.start} to ${last} ended twice. ${how}`);
    this.span = span;
  }
}

/** Thrown when a simulation takes longer than it may. */
export class SimulationTimeoutError extends Error {
  /** Names the class. */
  override readonly name = "SimulationTimeoutError";
  /** Which simulation, counted from 0. */
  readonly index: number;

  /** Names the simulation and its limit. */
  constructor(index: number, seed: number, limit: number) {
    super(`Simulation ${index} (seed ${seed}) did not return within ${limit} ms`);
    this.index = index;
  }
}
