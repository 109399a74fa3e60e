import { realpathSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decode, encode } from "./codec.ts";
import { frame, frames } from "./frames.ts";
import type { FromLane, Lane } from "./lane.ts";
import { startWatchdog } from "./watchdog.ts";
import type { Watchdog } from "./watchdog.ts";
import type { WorkersConfig } from "./workers.ts";

/** Characters of a process's error stream that are kept to tell how it ended. */
const LAST_WORDS = 2000;

/**
 * Starts a Deno process that runs spans. It has no permissions but those given, and its memory and its end are its own.
 *
 * @param modules Addresses of the modules it will need: they are imported by its entry, which takes no permission.
 * @param limits What it is granted.
 */
export function startProcess(
  modules: readonly string[],
  { permissions, memory_mb }: Pick<WorkersConfig, "permissions" | "memory_mb">,
): Lane {
  const heap = memory_mb === undefined ? [] : [`--v8-flags=--max-old-space-size=${memory_mb}`];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...heap, ...ownConfig(), ...permissions.map((p) => `--allow-${p}`), entry(modules)],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter(), watchdog = guard(child.pid);
  let lastWords = "", alive = true;

  const lane: Lane = {
    kind: "process",
    ended: finish(),
    onMessage: () => {},
    // A pipe that breaks means that the process ends, which `ended` tells better.
    send: (message) => void (alive && input.write(frame(encode(message))).catch(() => {})),
    async kill() {
      if (alive) {
        child.ref(); // its end is waited for
        try {
          child.kill("SIGKILL");
        } catch { /* it has just ended by itself */ }
      }
      await lane.ended;
    },
    hold: (on) => on ? child.ref() : child.unref(),
  };

  async function listen(): Promise<void> {
    try {
      for await (const bytes of frames(child.stdout)) lane.onMessage(decode(bytes) as FromLane);
    } catch {
      lastWords += "\nIts output was not understood: it must not write to Deno.stdout";
      try {
        child.kill("SIGKILL");
      } catch { /* it has just ended by itself */ }
    }
  }

  async function pass(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of child.stderr) {
      lastWords = (lastWords + decoder.decode(bytes, { stream: true })).slice(-LAST_WORDS);
      // What a worker function prints is for the user to see, where our own error stream takes it.
      await Deno.stderr.write(bytes).catch(() => {});
    }
  }

  async function finish(): Promise<string> {
    const [status] = await Promise.all([child.status, listen(), pass()]);
    alive = false;
    await Promise.all([input.close().catch(() => {}), watchdog?.[Symbol.asyncDispose]()]);
    const how = status.signal ? `was ended by ${status.signal}` : `exited with code ${status.code}`;
    const words = lastWords.trim();
    return `The process ${how}${words ? `. Its last words: ${words}` : ""}`;
  }

  return lane;
}

/**
 * Has a process ended when ours is gone. One that waits for work ends by itself then, but not one in an endless loop. Where no shell may
 * be started nothing ends that.
 */
function guard(pid: number): Watchdog | undefined {
  const { state } = Deno.permissions.querySync({ name: "run", command: "/bin/sh" });
  if (state !== "granted" || Deno.build.os === "windows") return undefined;
  return startWatchdog(["/bin/sh", "-c", 'kill -9 "$0"', String(pid)]);
}

function entry(modules: readonly string[]): string {
  const imports = modules.map((module, i) => `import * as m${i} from ${JSON.stringify(real(module))};`);
  const table = modules.map((module, i) => `${JSON.stringify(module)}: m${i}`);
  const main = JSON.stringify(real(import.meta.resolve("./process_main.ts")));
  const code = `import { main } from ${main}; ${imports.join(" ")} main({ ${table.join(", ")} });`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** The import map that our own modules need where they are files; published, they need none. */
function ownConfig(): string[] {
  const config = real(new URL("../deno.json", import.meta.url).href);
  return config.startsWith("file:") ? ["--config", fileURLToPath(config)] : [];
}

/** An address without links on the way: a process may read the texts that its modules import, by their real paths only. */
function real(address: string): string {
  if (!address.startsWith("file:")) return address;
  try {
    return pathToFileURL(realpathSync(new URL(address))).href;
  } catch {
    return address; // our program may not look: most often there is no link
  }
}
