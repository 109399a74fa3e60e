import type { AnyJob } from "./job.ts";

const running = new Set<AnyJob>();

/**
 * Makes Ctrl-C cancel a job while it runs: what it started is stopped, and awaiting it throws. A second Ctrl-C, or one when
 * nothing runs, ends the program as ever.
 */
export function cancelOnInterrupt(job: AnyJob): void {
  if (running.size === 0) Deno.addSignalListener("SIGINT", cancelAll);
  running.add(job);
  const forget = () => {
    if (running.delete(job) && running.size === 0) Deno.removeSignalListener("SIGINT", cancelAll);
  };
  job.on("done", forget).on("failed", forget);
}

function cancelAll(): void {
  Deno.removeSignalListener("SIGINT", cancelAll);
  for (const job of running) job.cancel();
}
