import { fileURLToPath } from "node:url";
import type { OwnProgram, RunCommand } from "./run_request.ts";

/** Where Morlet and Deno are, for one that runs Morlet's own programs. */
export interface MorletPlace {
  /** The Deno to run. */
  readonly deno: string;
  /** Morlet's root: a folder or an address, with a slash at its end. */
  readonly root: string;
}

/** Where this process has them. */
export function ownPlace(): MorletPlace {
  return { deno: Deno.execPath(), root: new URL(".", new URL("../deno.json", import.meta.url)).href };
}

/** Whether a command is one of Morlet's own programs. */
export function isOwn(command: RunCommand | undefined): command is OwnProgram {
  return typeof command === "object" && "module" in command;
}

/** The command line of one of Morlet's own programs. */
export function ownCommand({ module, args, permissions }: OwnProgram, { deno, root }: MorletPlace): string[] {
  const onDisk = root.startsWith("file:") ? fileURLToPath(root) : root;
  // Published, the modules need no import map; where they are files, deno.json holds it.
  const config = /^[a-z]+:\/\//.test(onDisk) ? [] : ["--config", `${onDisk}deno.json`];
  const grants = permissions.map((permission) => `--allow-${permission}`);
  return [deno, "run", "--no-prompt", "--quiet", ...config, ...grants, `${onDisk}${module}`, ...args];
}
