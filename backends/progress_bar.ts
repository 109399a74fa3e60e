import type { AnyJob } from "./job.ts";

/** Jobs that end sooner than this, in milliseconds, show no bar. */
const PATIENCE = 400;

/**
 * Shows a bar on the error stream while a job runs, if that is a terminal. Where it is not, nothing is shown.
 *
 * @param job The job.
 * @param verbose Set to false to show nothing.
 */
export function showProgress(job: AnyJob, verbose = true): void {
  if (!verbose || !Deno.stderr.isTerminal()) return;
  const stop = new AbortController();
  const timer = setTimeout(async () => {
    const { SingleBar, Presets } = await import("cli-progress");
    if (!job.running) return;
    const bar = new SingleBar({
      format: "{bar} {percentage} % | {value}/{total} | {rate} a second | {left} left",
      hideCursor: true,
      clearOnComplete: true,
    }, Presets.shades_classic);
    const payload = () => {
      const { rate, remaining } = job.progress;
      return { rate: rate.toPrecision(3), left: Number.isFinite(remaining) ? `${Math.ceil(remaining)} s` : "?" };
    };
    bar.start(job.progress.total, job.progress.done, payload());
    const end = () => {
      bar.stop();
      stop.abort();
    };
    job.on("progress", ({ done }) => bar.update(done, payload()), { signal: stop.signal })
      .on("done", end).on("failed", end);
  }, PATIENCE);
  Deno.unrefTimer(timer);
  const clear = () => clearTimeout(timer);
  job.on("done", clear).on("failed", clear);
}
