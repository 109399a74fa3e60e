import { isMainThread, parentPort } from "node:worker_threads";
import { decode, encode } from "./codec.ts";
import type { ToLane } from "./lane.ts";
import { serveLane } from "./lane_runner.ts";

// The entry of a thread. A shard's one file holds it too, and is the entry of the shard's own threads.
if (!isMainThread) {
  const obey = serveLane((message) => {
    const bytes = encode(message);
    parentPort!.postMessage(bytes, [bytes.buffer]);
  });
  parentPort!.on("message", (bytes: Uint8Array) => obey(decode(bytes) as ToLane));
  obey({ kind: "hello" });
}
