import { Worker } from "node:worker_threads";
import { decode, encode } from "./codec.ts";
import type { FromLane, Lane } from "./lane.ts";

/**
 * Starts a thread: a Web Worker, by way of `node:worker_threads`, which unlike `new Worker` tells of a thread that exits
 * and does not keep the process alive while it is idle.
 *
 * @param entry The module that it runs: ours, or one that holds ours.
 */
export function startThread(entry: string = import.meta.resolve("./thread_main.ts")): Lane {
  // The entry is a data URL because a thread's entry may be neither remote nor relative, wherever this module lies.
  const worker = new Worker(new URL(`data:text/javascript,import ${JSON.stringify(entry)}`));
  const ended = Promise.withResolvers<string>();
  let failure = "", alive = true;
  worker.on("error", (error: Error) => failure = `${error.name}: ${error.message}`);
  worker.on("exit", (code: number) => {
    alive = false;
    ended.resolve(failure || `The thread exited with code ${code}`);
  });
  const lane: Lane = {
    kind: "thread",
    ended: ended.promise,
    onMessage: () => {},
    send(message) {
      if (!alive) return;
      const bytes = encode(message);
      worker.postMessage(bytes, [bytes.buffer]);
    },
    async kill() {
      worker.ref(); // its end is waited for
      if (alive) await worker.terminate();
      await ended.promise;
    },
    hold: (on) => on ? worker.ref() : worker.unref(),
  };
  worker.on("message", (bytes: Uint8Array) => lane.onMessage(decode(bytes) as FromLane));
  return lane;
}
