/** Ends a run when this process is gone, however it ended: it holds one end of a pipe that closes with the process. */
export interface Watchdog {
  /** Calls it off, and waits until it is gone. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a watchdog: a shell in a session of its own that runs a command when this process ends without calling it off, be it
 * by SIGKILL.
 *
 * @param command What it runs then: a program and its arguments.
 */
export function startWatchdog(command: readonly string[], env: Record<string, string> = {}): Watchdog {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'cat >/dev/null; exec "$@"', "morlet-watchdog", ...command],
    cwd: "/",
    env,
    detached: true,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref(); // our program's end is what it waits for
  let called = false;
  return {
    async [Symbol.asyncDispose]() {
      if (called) return;
      called = true;
      child.ref();
      killGroup(child.pid);
      await Promise.allSettled([child.stdin.abort(), child.status]);
    },
  };
}

/** Ends all processes of a group. Does nothing where there are none. */
export function killGroup(group: number, signal: Deno.Signal = "SIGKILL"): void {
  try {
    Deno.kill(-group, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
