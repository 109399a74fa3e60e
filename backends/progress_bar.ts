import type { AnyJob } from "./job.ts";
import { notebookKernel } from "./notebook.ts";
import { showInNotebook } from "./notebook_progress.ts";

/** Jobs that end sooner than this, in milliseconds, show no bar. */
const PATIENCE = 400;

/**
 * Shows a bar while a job runs: in a notebook below the cell, else on the error stream if that is a terminal, else nowhere.
 *
 * In a notebook a job that nothing awaits has its bar at once, since its cell is about to end.
 *
 * @param job The job.
 * @param verbose Set to false to show nothing.
 */
export function showProgress(job: AnyJob, verbose = true): void {
  if (!verbose) return;
  if (notebookKernel()) return showBelowCell(job);
  if (!Deno.stderr.isTerminal()) return;
  const stop = new AbortController();
  const timer = setTimeout(async () => {
    const { SingleBar, Presets } = await import("cli-progress");
    if (!job.running) return;
    const bar = new SingleBar({
      format: "{bar} {percentage} % | {value}/{total} | {rate} a second | {left} left{status}",
      hideCursor: true,
      clearOnComplete: true,
    }, Presets.shades_classic);
    const payload = () => {
      const { rate, remaining, status } = job.progress;
      const left = Number.isFinite(remaining) ? `${Math.ceil(remaining)} s` : "?";
      return { rate: rate.toPrecision(3), left, status: status === undefined ? "" : ` | ${status}` };
    };
    bar.start(job.progress.total, job.progress.done, payload());
    const end = () => {
      bar.stop();
      stop.abort();
    };
    job.on("progress", ({ done, total }) => {
      bar.setTotal(total);
      bar.update(done, payload());
    }, { signal: stop.signal })
      .on("done", end).on("failed", end);
  }, PATIENCE);
  Deno.unrefTimer(timer);
  const clear = () => clearTimeout(timer);
  job.on("done", clear).on("failed", clear);
}

function showBelowCell(job: AnyJob): void {
  let shown = false;
  const show = () => {
    if (shown || !job.running) return;
    shown = true;
    void showInNotebook(job);
  };
  const timer = setTimeout(show, PATIENCE);
  Deno.unrefTimer(timer);
  job.on("done", () => clearTimeout(timer)).on("failed", () => clearTimeout(timer));
  // An await calls then() a few microtasks after the job was made; a cell without one ends only after them.
  void (async () => {
    for (let turn = 0; turn < 5; turn++) await null;
    if (!job.awaited) show();
  })();
}
