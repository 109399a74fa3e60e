import { decode, encode } from "./codec.ts";
import { frame, frames } from "./frames.ts";
import type { ToLane } from "./lane.ts";
import { serveLane } from "./lane_runner.ts";

/** The entry of a process: messages come on its input and go to its output, so that what a function prints goes to the error stream. */
export async function main(modules: Readonly<Record<string, Record<string, unknown>>>): Promise<void> {
  const output = Deno.stdout;
  console.log = console.info = console.debug = console.error;
  const obey = serveLane((message) => writeAll(output, frame(encode(message))), modules);
  obey({ kind: "hello" });
  for await (const bytes of frames(Deno.stdin.readable)) obey(decode(bytes) as ToLane);
  Deno.exit(0); // our parent has gone
}

function writeAll(output: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += output.writeSync(bytes.subarray(at));
}
