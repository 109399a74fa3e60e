import { DISPLAY, INSPECT, type MimeBundle, notebookKernel, showNow } from "./notebook.ts";
import { progressBundle, showInNotebook } from "./notebook_progress.ts";

/** How far a job has come. */
export interface JobProgress {
  /** Simulations done. */
  readonly done: number;
  /** Simulations in all. */
  readonly total: number;
  /** Seconds since the job started. */
  readonly elapsed: number;
  /** Simulations per second so far; 0 before the first. */
  readonly rate: number;
  /** Seconds left at this rate; Infinity before the first. */
  readonly remaining: number;
  /** How the work stands in a queue, where there is one: "job 12 is PENDING (Resources)". */
  readonly status?: string;
}

/** What the work behind a job sees of it. */
export interface JobControl {
  /** Aborts when the job is cancelled: by `cancel()`, by the caller's signal, or by a limit on its time. */
  readonly signal: AbortSignal;
  /** Adds to the simulations done. */
  advance(count: number): void;
  /** Changes the number of simulations in all, where it becomes known on the way. */
  setTotal(total: number): void;
  /** Says how the work stands in a queue. */
  setStatus(status: string): void;
}

/** Settings of a {@linkcode Job}. */
export interface JobOptions {
  /** What the job is called in messages. */
  name: string;
  /** How many simulations there are. */
  total: number;
  /** Cancels the job when it aborts. */
  signal?: AbortSignal;
  /** Called at most some twenty times a second, and at the end. */
  onProgress?: (progress: JobProgress) => void;
  /** Gives, as HTML for a notebook, what is known of the result so far. */
  preview?: () => string | undefined;
}

/** What a job tells its listeners. A listener of an end may return a promise: the job settles after it. */
export interface JobEvents<T> {
  /** Simulations were done. */
  progress: JobProgress;
  /** The job ended well. */
  done: T;
  /** The job failed or was cancelled. */
  failed: unknown;
}

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 50;

/**
 * Work under way. It starts at once, can be awaited like a promise, tells its progress, and can be cancelled.
 *
 * A job that fails while nobody awaits it says so on the error stream and does not end the script or the notebook's
 * kernel. An `async` function must not return a job (it would await it); return it from an ordinary function.
 *
 * @example Await a job, and see how far it came
 * ```ts
 * import { getBackend } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * const job = getBackend("sequential").runMonteCarlo((seed: number) => seed % 6, { nSimulations: 100, seed: 1 });
 * assert.equal((await job).length, 100);
 * assert.equal(job.progress.done, 100);
 * ```
 *
 * @typeParam T What the job results in.
 */
export class Job<T> implements Promise<T> {
  /** Names the class in messages. */
  readonly [Symbol.toStringTag] = "Job";
  /** What the job is called in messages. */
  readonly name: string;
  readonly #result: Promise<T>;
  readonly #controller = new AbortController();
  readonly #listeners: { [E in keyof JobEvents<T>]: Set<(event: JobEvents<T>[E]) => void> };
  readonly #started = performance.now();
  #ended: number | undefined;
  #done = 0;
  #total: number;
  #status: string | undefined;
  #lastReport = 0;
  #awaited = false;
  readonly #preview: JobOptions["preview"];

  /** Starts the work. */
  constructor(work: (control: JobControl) => Promise<T>, { name, total, signal, onProgress, preview }: JobOptions) {
    this.name = name;
    this.#preview = preview;
    this.#total = total;
    this.#listeners = { progress: new Set(), done: new Set(), failed: new Set() };
    if (onProgress) this.#listeners.progress.add(onProgress);
    const forward = () => this.cancel(signal!.reason);
    if (signal?.aborted) forward();
    else signal?.addEventListener("abort", forward, { once: true });
    this.#result = this.#run(work).finally(() => signal?.removeEventListener("abort", forward));
    this.#result.catch(() => {});
  }

  /** How far the job has come. */
  get progress(): JobProgress {
    const elapsed = ((this.#ended ?? performance.now()) - this.#started) / 1000;
    const rate = elapsed > 0 ? this.#done / elapsed : 0;
    const left = this.#total - this.#done;
    return {
      done: this.#done,
      total: this.#total,
      elapsed,
      rate,
      remaining: left === 0 ? 0 : rate > 0 ? left / rate : Infinity,
      ...this.#status === undefined ? {} : { status: this.#status },
    };
  }

  /** Whether the job is still running. */
  get running(): boolean {
    return this.#ended === undefined;
  }

  /** Whether something awaits the job. */
  get awaited(): boolean {
    return this.#awaited;
  }

  /** What is known of the result so far, as HTML for a notebook; undefined where nothing is. */
  get preview(): string | undefined {
    return this.#preview?.();
  }

  /** Ends the job: awaiting it throws a {@linkcode JobCancelledError}. Does nothing when it has ended already. */
  cancel(reason?: unknown): void {
    if (this.running) this.#controller.abort(reason ?? new JobCancelledError(this.name, this.progress));
  }

  /** Listens to an event until `signal` aborts. Returns the job. */
  on<E extends keyof JobEvents<T>>(
    event: E,
    listener: (detail: JobEvents<T>[E]) => void,
    { signal }: { signal?: AbortSignal } = {},
  ): this {
    const listeners = this.#listeners[event];
    listeners.add(listener);
    signal?.addEventListener("abort", () => listeners.delete(listener), { once: true });
    return this;
  }

  /** Attaches callbacks, as a promise does; awaiting the job calls this. */
  then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#awaited = true;
    return this.#result.then(onDone, onFailed);
  }

  /** Attaches a callback for failure, as a promise does. */
  catch<B = never>(onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onFailed);
  }

  /** Attaches a callback for either end, as a promise does. */
  finally(onEnd?: (() => void) | null): Promise<T> {
    this.#awaited = true;
    return this.#result.finally(onEnd);
  }

  async #run(work: (control: JobControl) => Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    try {
      await Promise.resolve(); // the caller gets its job before anything happens
      signal.throwIfAborted();
      const value = await work({
        signal,
        advance: (count) => {
          this.#done += count;
          this.#report(false);
        },
        setTotal: (total) => {
          this.#total = total;
        },
        setStatus: (status) => {
          if (status === this.#status) return;
          this.#status = status;
          this.#report(true);
        },
      });
      this.#ended = performance.now();
      this.#report(true);
      await this.#emit("done", value);
      return value;
    } catch (error) {
      this.#ended = performance.now();
      await this.#emit("failed", error);
      if (!signal.aborted) setTimeout(() => this.#complain(error), 0);
      throw error;
    }
  }

  #report(atOnce: boolean): void {
    const now = performance.now();
    if (this.#listeners.progress.size === 0 || (!atOnce && now - this.#lastReport < REPORT_EVERY)) return;
    this.#lastReport = now;
    void this.#emit("progress", this.progress);
  }

  /** Calls the listeners now; what they promise is waited for. */
  async #emit<E extends keyof JobEvents<T>>(event: E, detail: JobEvents<T>[E]): Promise<void> {
    const promised: Promise<void>[] = [];
    for (const listener of this.#listeners[event]) {
      // A listener's fault is not the job's: it is reported as any error of a callback is, but ends nothing.
      const complain = (error: unknown) => warn(`A listener of "${this.name}" failed`, error);
      try {
        const answer = listener(detail) as unknown;
        if (answer instanceof Promise) promised.push(answer.catch(complain));
      } catch (error) {
        complain(error);
      }
    }
    await Promise.all(promised);
  }

  /** Shows the job in a notebook: a bar that moves while the job runs. */
  async [DISPLAY](): Promise<MimeBundle> {
    if (!this.running || !notebookKernel()) return await showNow(progressBundle(this));
    await showInNotebook(this);
    return {};
  }

  /** Tells in `console.log` how far the job is. */
  [INSPECT](): string {
    return `${progressBundle(this)["text/plain"]} (a job: await its result)`;
  }

  #complain(error: unknown): void {
    if (!this.#awaited) warn(`${this.name} failed, and nothing awaits it`, error);
  }
}

/** A job, whatever it results in. */
// deno-lint-ignore no-explicit-any
export type AnyJob = Job<any>;

/** Thrown by a job that was cancelled. */
export class JobCancelledError extends Error {
  /** Names the class. */
  override readonly name = "JobCancelledError";
  /** How far the job had come. */
  readonly progress: JobProgress;

  /** Names the job that was cancelled. */
  constructor(job: string, progress: JobProgress) {
    super(`${job} was cancelled after ${progress.done} of ${progress.total} simulations`);
    this.progress = progress;
  }
}

function warn(message: string, error: unknown): void {
  console.error(`${message}:`, error);
}
