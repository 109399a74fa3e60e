import { CommanderError } from "commander";
import { ConfigError } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";
import { EXIT, exitCodeOf, isInterruption } from "./exit_codes.ts";
import { program } from "./program.ts";

/** Where the command writes. */
export interface Terminal {
  /** Writes a result. */
  out(text: string): void;
  /** Writes what is not a result: errors, progress, logs. */
  err(text: string): void;
}

/** Settings of {@linkcode main}. */
export interface MainOptions {
  /** Ends the command in order when it aborts. */
  signal?: AbortSignal;
  /** Where it writes (default: the program's own streams). */
  terminal?: Terminal;
}

/**
 * Runs the `morlet` command.
 *
 * @example Ask for the rules of a configuration
 * ```ts
 * import { main } from "@morlet/morlet/cli";
 * import assert from "node:assert/strict";
 *
 * let output = "";
 * const terminal = { out: (text: string) => void (output += text), err: () => {} };
 * assert.equal(await main(["backends", "schema", "local"], { terminal }), 0);
 * assert.equal(JSON.parse(output).properties.timeout.minimum, 60);
 * ```
 *
 * @param args What stands behind `morlet` on the command line.
 * @returns The exit code: 0 all went well, 1 what was to run failed, 2 bad usage or configuration, 130 interrupted.
 */
export async function main(
  args: readonly string[],
  { signal = new AbortController().signal, terminal = STREAMS }: MainOptions = {},
): Promise<number> {
  const command = program(terminal, signal);
  try {
    await command.parseAsync(args, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return EXIT.ok; // who read our output has had enough
    const code = signal.aborted ? EXIT.interrupted : exitCodeOf(error);
    if (error instanceof CommanderError || error instanceof Reported) return code; // which has said it already
    const { json, verbose = 0 } = command.opts<{ json?: boolean; verbose?: number }>();
    if (json) terminal.out(`${JSON.stringify({ error: asData(error) }, null, 2)}\n`);
    else if (isInterruption(error)) terminal.err("Interrupted; what was started has been stopped\n");
    else terminal.err(`${asText(error, verbose > 0)}\n`);
    return code;
  }
}

/** Thrown by a command that has told already what is wrong. */
export class Reported extends InvalidArgumentError {
  /** Stands for what was told. */
  constructor() {
    super("input", undefined, "valid");
  }
}

const encoder = new TextEncoder();

const STREAMS: Terminal = {
  out: (text) => write(Deno.stdout, text),
  err: (text) => write(Deno.stderr, text),
};

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  for (let bytes = encoder.encode(text); bytes.length > 0;) bytes = bytes.subarray(stream.writeSync(bytes));
}

function asText(error: unknown, withStack: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return withStack && error.stack ? error.stack : error.message;
}

/** What a program needs to know of an error. */
function asData(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message } = error;
  if (error instanceof ConfigError) return { name, message, issues: error.issues };
  if (error instanceof InvalidArgumentError) return { name, message, field: error.field, constraint: error.constraint };
  return { name, message };
}
