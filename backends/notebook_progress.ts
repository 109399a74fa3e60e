import type { AnyJob } from "./job.ts";
import { escapeHtml, type MimeBundle, notebookKernel } from "./notebook.ts";

/** Milliseconds between two updates of a bar. */
const EVERY = 250;

/**
 * Shows a bar for a job in the notebook that this code runs in, and updates it in place until the job ends, also after its cell has.
 * The job settles when the last update has been sent, because what a kernel sends after a cell's end may be lost. Outside of notebooks
 * nothing is shown.
 *
 * @returns When the bar has been sent.
 */
export async function showInNotebook(job: AnyJob): Promise<void> {
  const kernel = notebookKernel();
  if (!kernel) return;
  const transient = { display_id: `morlet-${crypto.randomUUID()}` };
  const send = (kind: "display_data" | "update_display_data", data: MimeBundle) =>
    kernel.broadcast(kind, { data, metadata: {}, transient });
  let last = "";
  const update = async (error?: unknown) => {
    const data = progressBundle(job, error), now = JSON.stringify(data);
    if (now === last) return;
    last = now;
    await send("update_display_data", data);
  };
  const first = send("display_data", progressBundle(job));
  if (!job.running) return await first;
  const timer = setInterval(update, EVERY);
  Deno.unrefTimer(timer);
  const end = async (error?: unknown) => {
    clearInterval(timer);
    await first;
    await update(error);
  };
  job.on("done", () => end()).on("failed", end);
  await first;
}

/** A job's bar as HTML and as text; with the error, cause first, where it failed. */
export function progressBundle(job: AnyJob, error?: unknown): MimeBundle {
  const { done, total, elapsed, rate, remaining, status: queue } = job.progress;
  const parts = [`${count(done)} of ${count(total)}`];
  if (job.running) {
    if (rate > 0) parts.push(`${Number(rate.toPrecision(3))} a second`);
    if (Number.isFinite(remaining)) parts.push(`${time(remaining)} left`);
    if (queue !== undefined) parts.push(queue);
  } else parts.push(`${error === undefined ? "" : "ended after "}${time(elapsed)}`);
  const status = parts.join(" · "), problem = error === undefined ? "" : causeFirst(error);
  const bar = `<progress max="${total}" value="${done}" style="width:16em;vertical-align:middle"></progress>`;
  const preview = error === undefined ? job.preview : undefined;
  return {
    "text/html": [
      `<div class="morlet-progress" title="${escapeHtml(job.name)}">${bar} ${escapeHtml(status)}</div>`,
      ...problem ? [`<pre style="color:#b3261e;white-space:pre-wrap">${escapeHtml(problem)}</pre>`] : [],
      ...preview ? [preview] : [],
    ].join(""),
    "text/plain": [`${job.name}: ${status}`, ...problem ? [problem] : []].join("\n"),
  };
}

/** What went wrong at the bottom of it, then what that led to. */
export function causeFirst(error: unknown): string {
  const lines: string[] = [];
  for (let e: unknown = error, depth = 0; e !== undefined && depth < 8; depth++) {
    lines.unshift(e instanceof Error ? `${e.name}: ${e.message}` : String(e));
    e = e instanceof Error ? e.cause : undefined;
  }
  return lines.join("\n  so ");
}

function count(value: number): string {
  return Number.isFinite(value) ? value.toLocaleString("en") : "?";
}

function time(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
