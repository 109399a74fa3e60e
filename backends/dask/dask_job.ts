import { backOff } from "../back_off.ts";
import { BackendUnavailableError } from "../backend.ts";
import type { TaskRequest } from "../backend.ts";
import type { DaskConfig } from "../dask_config.ts";
import { type PackedTask, shardArguments } from "../shards/pack_task.ts";
import { cutShards } from "../shards/plan.ts";
import { ShardLostError } from "../shards/shard_lost_error.ts";
import { readResult, ShardDamagedError } from "../shards/read_result.ts";
import type { PartialMerger } from "../span_queue.ts";
import type { Span } from "../task.ts";
import { laneCount } from "../worker_pool.ts";
import { type DaskBridge, type DaskEvent, type DaskFailed, toBytes, toText } from "./bridge.ts";

/** Tasks for each thread of a cluster: enough that workers which come late, or are faster, find some left. */
const SHARDS_A_THREAD = 4;
/** Stands in a command for the program, in the folder in which a worker runs it. */
const PROGRAM = "{program}";

/** What a job consists of. */
export interface DaskWork {
  readonly config: DaskConfig;
  readonly request: TaskRequest;
  readonly packed: PackedTask;
  /** Work is cut at multiples of it. */
  readonly chunk: number;
  readonly merger: PartialMerger;
}

/** Simulations that are one task of Dask's. */
interface Shard {
  readonly span: Span;
  /** How many of them the progress counts. */
  told: number;
  /** How often it was lost. */
  losses: number;
  finished: boolean;
}

/** A job. It knows which shards are finished, so that it can go on over another bridge where one was lost. */
export class DaskJob {
  readonly #work: DaskWork;
  #shards: Shard[] | undefined;
  /** Numbers of the shards that wait, where only so many may run side by side. */
  #waiting: number[] = [];
  #limit = Infinity;

  /** Makes a job of which nothing has run. */
  constructor(work: DaskWork) {
    this.#work = work;
  }

  /**
   * Runs all shards that are not finished. When it settles, nothing of them runs any more.
   *
   * @throws {DaskLostError} If the scheduler or the bridge is lost. Another call goes on with what is left.
   * @throws {ShardLostError} If a shard is lost more often than it may be run again.
   */
  async run(bridge: DaskBridge): Promise<void> {
    const { request: { signal }, packed } = this.#work;
    const done = Promise.withResolvers<void>(), gone = Promise.withResolvers<void>();
    const over = new AbortController();
    const talk: Talk = { bridge, id: crypto.randomUUID(), signal: over.signal, running: 0 };
    const onAbort = () => done.reject(signal.reason);
    bridge.open(talk.id, async (event) => {
      if (event.event === "ended" || event.event === "lost") gone.resolve();
      if (over.signal.aborted) return;
      try {
        await this.#hear(event, talk);
        if (this.#shards?.every(({ finished }) => finished)) done.resolve();
      } catch (error) {
        done.reject(error);
      }
    });
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      bridge.order(talk.id, { op: "begin", file: toText(packed.file), plan: toText(packed.plan) });
      await done.promise;
    } finally {
      over.abort();
      signal.removeEventListener("abort", onAbort);
      bridge.order(talk.id, { op: "end" });
      await gone.promise;
      bridge.forget(talk.id);
      for (const shard of this.#shards ?? []) if (!shard.finished) this.#tell(shard, 0);
    }
  }

  async #hear(event: DaskEvent, talk: Talk): Promise<void> {
    switch (event.event) {
      case "begun":
        return this.#begin(event.threads, talk);
      case "progress": {
        const shard = this.#shards![event.shard];
        if (!shard.finished) this.#tell(shard, Math.min(event.done, shard.span.count));
        return;
      }
      case "result":
        return await this.#take(event.shard, toBytes(event.result), talk);
      case "failed":
        return await this.#runAgain(event.shard, reasonFor(event, this.#work.config), talk);
      case "lost":
        throw new DaskLostError(event.why);
      case "ended":
        return;
      default:
        event satisfies never;
    }
  }

  #begin(threads: number, talk: Talk): void {
    const { request: { nSimulations, nJobs = -1 }, chunk, config } = this.#work;
    if (threads === 0) console.warn("The Dask cluster has no workers yet: the job waits for them");
    const count = config.shards ?? SHARDS_A_THREAD * Math.max(1, threads);
    this.#shards ??= cutShards(nSimulations, chunk, count).map((span) => ({
      span,
      told: 0,
      losses: 0,
      finished: false,
    }));
    this.#limit = nJobs === -1 ? Infinity : laneCount(nJobs, threads);
    this.#waiting = [...this.#shards.keys()].filter((i) => !this.#shards![i].finished);
    this.#submit(talk);
  }

  /** Submits what waits, as far as it may run now. */
  #submit(talk: Talk): void {
    const { packed: { hash }, config } = this.#work;
    const deno = config.deno ?? (config.cluster === "local" ? Deno.execPath() : "deno");
    const program = [deno, ...shardArguments(PROGRAM, hash, config.permissions)];
    while (talk.running < this.#limit && this.#waiting.length > 0) {
      const number = this.#waiting.shift()!, { span, losses } = this.#shards![number];
      const command = [...program, ...[span.start, span.count, 1].map(String), "tied"];
      talk.bridge.order(talk.id, { op: "submit", shard: number, attempt: losses, command, ...span });
      talk.running++;
    }
  }

  async #take(number: number, bytes: Uint8Array, talk: Talk): Promise<void> {
    const { request: { onPartial }, packed: { hash }, merger } = this.#work;
    const shard = this.#shards![number];
    try {
      merger.add(shard.span, readResult(bytes, { hash, span: shard.span }));
    } catch (error) {
      if (error instanceof ShardDamagedError) return await this.#runAgain(number, error, talk);
      throw error;
    }
    shard.finished = true;
    this.#tell(shard, shard.span.count);
    if (merger.joined) onPartial?.(merger.partial);
    talk.running--;
    this.#submit(talk);
  }

  async #runAgain(number: number, why: Error, talk: Talk): Promise<void> {
    const { retries } = this.#work.config;
    const shard = this.#shards![number];
    this.#tell(shard, 0);
    if (why instanceof BackendUnavailableError) throw why;
    if (++shard.losses > retries || why instanceof FatalLoss) {
      throw new ShardLostError(shard.span, shard.losses, why.message, { cause: why });
    }
    await backOff(shard.losses - 1, talk.signal);
    talk.running--;
    this.#waiting.unshift(number);
    this.#submit(talk);
  }

  #tell(shard: Shard, done: number): void {
    this.#work.request.advance(done - shard.told);
    shard.told = done;
  }
}

/** A job's dealings with one bridge. */
interface Talk {
  readonly bridge: DaskBridge;
  readonly id: string;
  /** Aborts when they are over. */
  readonly signal: AbortSignal;
  /** How many shards are submitted and not back. */
  running: number;
}

/** A loss that would come again. */
class FatalLoss extends Error {}

function reasonFor({ kind, why, remedy }: DaskFailed, { deno = "deno" }: DaskConfig): Error {
  switch (kind) {
    case "version":
      return new BackendUnavailableError("dask", { reason: why, remedy: remedy ?? "" });
    case "no-deno":
      return new BackendUnavailableError("dask", {
        reason: why,
        remedy:
          `Install Deno where the workers run (pip install deno==${Deno.version.deno}, or npm install -g deno), ` +
          `or let the field deno name it: now it is ${JSON.stringify(deno)}`,
      });
    case "killed":
      return new FatalLoss(
        `${why}. Workers ended while they ran them, most likely for want of memory: ` +
          "give them more, or fewer threads each",
      );
    case "exception":
      return new FatalLoss(why);
    case "process":
    case "cancelled":
      return new Error(why);
    default:
      return kind satisfies never;
  }
}

/** Thrown when the scheduler or the bridge is lost, and all that ran there with it. */
export class DaskLostError extends Error {
  /** Names the class. */
  override readonly name = "DaskLostError";
}
