import nodeConsole from "node:console";
import process from "node:process";
import { decode, encode } from "./codec.ts";
import { frame, frames } from "./frames.ts";
import type { ToLane } from "./lane.ts";
import { serveLane } from "./lane_runner.ts";

/** Globals that a function's outer variables are easily named like: without them a missing variable is an error, not another value. */
const AMBIGUOUS = [
  "name",
  "closed",
  "close",
  "alert",
  "confirm",
  "prompt",
  "location",
  "caches",
  "origin",
  "event",
  "status",
];

/** The entry of a process: messages come on its input and go to its output; what a function prints goes to the error stream. */
export async function main(modules: Readonly<Record<string, Record<string, unknown>>>): Promise<void> {
  const send = Deno.stdout.writeSync.bind(Deno.stdout);
  Object.defineProperty(process.stdout, "write", { value: process.stderr.write.bind(process.stderr) });
  const { Console } = nodeConsole as unknown as { Console: new (out: unknown, err: unknown) => typeof console };
  globalThis.console = new Console(process.stderr, process.stderr);
  for (const method of ["write", "writeSync"] as const) {
    Object.defineProperty(Deno.stdout, method, { value: Deno.stderr[method].bind(Deno.stderr) });
  }
  for (const global of AMBIGUOUS) Reflect.deleteProperty(globalThis, global);
  const obey = serveLane((message) => {
    const bytes = frame(encode(message));
    for (let at = 0; at < bytes.byteLength;) at += send(bytes.subarray(at));
  }, modules);
  obey({ kind: "hello" });
  for await (const bytes of frames(Deno.stdin.readable)) obey(decode(bytes) as ToLane);
  Deno.exit(0); // our parent has gone
}
