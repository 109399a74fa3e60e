import { fileURLToPath } from "node:url";
import { main } from "../../cli.ts";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What a command has said, and its exit code. */
export interface Said {
  code: number;
  out: string;
  err: string;
}

/** Runs the command in this process. */
export async function morlet(...args: string[]): Promise<Said> {
  const said = { code: -1, out: "", err: "" };
  const terminal = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
  };
  said.code = await main(args, { terminal });
  return said;
}

/** Starts the command in a process of its own. */
export function spawnMorlet(args: readonly string[], env: Record<string, string> = {}): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${ROOT}cli.ts`, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs work with a folder that is removed in the end. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
