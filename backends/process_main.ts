import { decode, encode } from "./codec.ts";
import { frame, frames } from "./frames.ts";
import type { ToLane } from "./lane.ts";
import { serveLane } from "./lane_runner.ts";
import { keepOutput } from "./own_output.ts";

/** The entry of a process: messages come on its input and go to its output; what a function prints goes to the error stream. */
export async function main(modules: Readonly<Record<string, Record<string, unknown>>>): Promise<void> {
  const send = keepOutput();
  const obey = serveLane((message) => send(frame(encode(message))), modules);
  obey({ kind: "hello" });
  for await (const bytes of frames(Deno.stdin.readable)) obey(decode(bytes) as ToLane);
  Deno.exit(0); // our parent has gone
}
