import type { Logger } from "@logtape/logtape";
import type { Command } from "commander";
import { loadPlugins } from "../backends/mod.ts";
import { openLog } from "./log.ts";
import type { Terminal } from "./main.ts";

/** Options that every command has. */
export interface GlobalOptions {
  json?: boolean;
  verbose: number;
  logFile?: string;
  plugin: string[];
}

/** What a command works with. */
export interface Context {
  /** Where it writes. */
  readonly terminal: Terminal;
  /** Whether the result is told as JSON. */
  readonly json: boolean;
  /** Whether a person sees the error stream, so that progress may be shown there. */
  readonly interactive: boolean;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Where it tells what it does. */
  readonly log: Logger;
  /** Writes the result: as JSON where that was asked for, else as text. */
  tell(data: unknown, text: string): void;
}

/** Makes an action of a command: sets up log and plug-ins, runs it, and closes the log. */
export type Act = <Args extends unknown[]>(
  work: (context: Context, ...args: Args) => Promise<void>,
) => (...args: [...Args, Command]) => Promise<void>;

/** Makes the actions of a program that writes to a terminal and ends when a signal aborts. */
export function actor(terminal: Terminal, signal: AbortSignal): Act {
  return <Args extends unknown[]>(work: (context: Context, ...args: Args) => Promise<void>) =>
  async (...all: [...Args, Command]) => {
    const args = all.slice(0, -1) as unknown[] as Args;
    const { json = false, verbose, logFile, plugin } = (all.at(-1) as Command).optsWithGlobals<GlobalOptions>();
    await using opened = await openLog({ verbose, file: logFile, write: terminal.err });
    const { log } = opened;
    const tell = (data: unknown, text: string) =>
      terminal.out(json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
    try {
      await loadPlugins(); // those of MORLET_PLUGINS
      await loadPlugins(plugin);
      const interactive = Deno.stderr.isTerminal() && verbose === 0;
      await work({ terminal, json, interactive, signal, log, tell }, ...args);
      log.debug("done");
    } catch (error) {
      if (logFile) log.error("failed", { error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
}

/** Collects an option that may be repeated. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
