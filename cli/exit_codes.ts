import { CommanderError } from "commander";
import { JobCancelledError } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";

/** Codes with which the command ends. */
export const EXIT = {
  /** All went well. */
  ok: 0,
  /** What was to run failed, or cannot run here. */
  failed: 1,
  /** The command line, a configuration or a file given as input cannot be used; nothing was run. */
  usage: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** For the foot of every help. */
export const EXIT_CODES_HELP = `
Exit codes: 0 all went well, 1 what was to run failed, 2 the command line, a configuration or an input cannot be used,
130 interrupted by Ctrl-C.`;

/** The code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Error && (error as { stage?: string }).stage === "generate") return exitCodeOf(error.cause);
  if (isInterruption(error)) return EXIT.interrupted;
  if (error instanceof InvalidArgumentError || (error as Error)?.name === "WorkspaceError") return EXIT.usage;
  return EXIT.failed;
}

/** Whether work ended because it was told to. */
export function isInterruption(error: unknown): boolean {
  return error instanceof JobCancelledError || (error as Error)?.name === "AbortError";
}
