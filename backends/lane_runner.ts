import { SimulationKeys } from "../random/mod.ts";
import type { Entropy } from "../random/mod.ts";
import { encode } from "./codec.ts";
import { receiveTask } from "./function_source.ts";
import type { FromLane, Pace, ToLane } from "./lane.ts";
import { runSpan, SimulationError } from "./run_span.ts";
import { sendError } from "./sent_error.ts";
import { resolveTask } from "./task.ts";
import type { AnyTaskDefinition } from "./task.ts";

/**
 * The inside of a lane: takes messages and runs what they ask for. Threads and processes differ only in how messages
 * reach it.
 *
 * @param send Sends an answer.
 * @param modules Modules that the entry has imported already, by address: a process without permissions could not.
 * @returns What is to be called with each message.
 */
export function serveLane(
  send: (message: FromLane) => void,
  modules: Readonly<Record<string, Record<string, unknown>>> = {},
): (message: ToLane) => void {
  let definition: AnyTaskDefinition, state: unknown, keys: SimulationKeys, eager = false;
  /** A state that may be used again, and what it was prepared for. */
  let kept: { task: Uint8Array; definition: AnyTaskDefinition; state: unknown; last?: Pace } | undefined;
  let stop = new AbortController();
  let turn = Promise.resolve(); // one message after the other, but "stop" at once

  async function obey(message: ToLane): Promise<void> {
    switch (message.kind) {
      case "hello":
        return send({ kind: "ready" });
      case "begin": {
        stop = new AbortController(); // a stop that came before was for the task before
        const { task, seed } = message, again = kept, bytes = again && encode(task);
        kept = undefined;
        keys = new SimulationKeys(seed as Entropy);
        eager = message.eager;
        if (again && bytes && sameBytes(again.task, bytes)) {
          ({ definition, state } = kept = again);
          return send({ kind: "begun", last: again.last });
        }
        const received = receiveTask(task);
        definition = await resolveTask(received, "module" in received ? modules[received.module] : undefined);
        state = await definition.prepare(task.args);
        if (definition.reusable) kept = { task: encode(task), definition, state };
        return send({ kind: "begun" });
      }
      case "span": {
        const onDone = (count: number) => send({ kind: "advance", count });
        const started = performance.now();
        const partials = await runSpan(definition, state, message, { keys, onDone, signal: stop.signal, eager });
        if (kept) kept.last = { count: message.count, seconds: (performance.now() - started) / 1000 };
        return send({ kind: "partials", partials });
      }
    }
  }

  return (message) => {
    if (message.kind === "stop") return stop.abort();
    turn = turn.then(() => obey(message)).catch((error) => {
      kept = undefined; // what a span that was broken off has gathered is still in it
      if (stop.signal.aborted) return send({ kind: "stopped" });
      if (!(error instanceof SimulationError)) return send({ kind: "failed", error: sendError(error) });
      const { index, seed, cause } = error;
      send({ kind: "failed", error: sendError(cause), simulation: { index, seed } });
    });
  };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
