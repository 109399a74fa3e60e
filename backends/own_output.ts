import nodeConsole from "node:console";
import process from "node:process";

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

/**
 * Keeps the output stream for messages: what the code that runs here prints goes to the error stream. Called once, in a process
 * or thread of our own, before that code is loaded; takes away the globals that could be mistaken for its variables.
 *
 * @returns Writes to the output stream.
 */
export function keepOutput(): (bytes: Uint8Array) => void {
  const write = Deno.stdout.writeSync.bind(Deno.stdout);
  Object.defineProperty(process.stdout, "write", { value: process.stderr.write.bind(process.stderr) });
  const { Console } = nodeConsole as unknown as { Console: new (out: unknown, err: unknown) => typeof console };
  globalThis.console = new Console(process.stderr, process.stderr);
  for (const method of ["write", "writeSync"] as const) {
    Object.defineProperty(Deno.stdout, method, { value: Deno.stderr[method].bind(Deno.stderr) });
  }
  for (const global of AMBIGUOUS) Reflect.deleteProperty(globalThis, global);
  return (bytes) => {
    for (let at = 0; at < bytes.byteLength;) at += write(bytes.subarray(at));
  };
}
