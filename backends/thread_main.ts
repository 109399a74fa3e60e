import { parentPort } from "node:worker_threads";
import { decode, encode } from "./codec.ts";
import type { ToLane } from "./lane.ts";
import { serveLane } from "./lane_runner.ts";

// The entry of a thread.
const obey = serveLane((message) => {
  const bytes = encode(message);
  parentPort!.postMessage(bytes, [bytes.buffer]);
});
parentPort!.on("message", (bytes: Uint8Array) => obey(decode(bytes) as ToLane));
obey({ kind: "hello" });
