import { setTimeout } from "node:timers/promises";
import type { PackedTask } from "../shards/pack_task.ts";
import { ShardLostError } from "../shards/shard_lost_error.ts";
import { readResult, ShardDamagedError } from "../shards/shard_result.ts";
import { readShardStream } from "../shards/shard_stream.ts";
import type { SlurmConfig } from "../slurm_config.ts";
import type { Span } from "../task.ts";
import { TimeLimitError } from "../time_limit.ts";
import { cancelJobs, findJobs, jobStates, SlurmError, submitJob } from "./commands.ts";
import { sbatchOptions } from "./sbatch_options.ts";
import { shardScript } from "./shard_script.ts";
import { describeEnd, describeState, hasEnded, hasSucceeded, isTransientEnd, LOST, waitsInVain } from "./states.ts";
import type { JobState } from "./states.ts";
import type { WorkFolder } from "./work_folder.ts";

/** Milliseconds between two looks into the folder: a fiftieth of the time so far, within these bounds. */
const LOOK = { least: 50, most: 10_000, share: 1 / 50 };
/** Milliseconds between two questions to the controller, which has others to serve: a tenth of the time so far, within these. */
const ASK = { least: 1000, most: 60_000, share: 1 / 10 };
/** Milliseconds that a shared folder may take to show what a node wrote. */
const DELAY = 60_000;
/** The exit code of a shell that does not find a program. */
const NO_PROGRAM = "127";

/** What an array needs to know. */
export interface ShardWork {
  readonly packed: PackedTask;
  readonly spans: readonly Span[];
  readonly config: SlurmConfig;
  /** How many shards run at the same time. */
  readonly maxRunning?: number;
  readonly signal: AbortSignal;
  /** Takes the partials of a shard, in whatever order they come. */
  take(span: Span, partials: readonly unknown[]): void;
  /** Told how many more simulations are done; fewer than none where a shard begins again. */
  advance(count: number): void;
  /** Told how the shards stand. */
  onStatus?(status: string): void;
}

interface Shard {
  readonly index: number;
  readonly span: Span;
  /** The array that has it; undefined where it is to be submitted. */
  job?: string;
  done: boolean;
  /** Simulations that were told to be done. */
  told: number;
  failures: number;
  /** When it may be submitted again. */
  due: number;
  /** When its job was first seen to have ended without a result. */
  ended?: number;
}

/** The shards of one job, which run as arrays on the cluster: the first has all, later ones those that must run again. */
export class ShardArray {
  readonly #folder: WorkFolder;
  readonly #work: ShardWork;
  readonly #shards: Shard[];
  readonly #jobs = new Set<string>();
  readonly #started = performance.now();
  #asked = performance.now();
  #queue = "";
  #status = "";

  /** Makes the array; nothing is submitted yet. */
  constructor(folder: WorkFolder, work: ShardWork) {
    this.#folder = folder;
    this.#work = work;
    this.#shards = work.spans.map((span, index) => ({ index, span, done: false, told: 0, failures: 0, due: 0 }));
  }

  /** How many shards have given their result. */
  get finished(): number {
    return this.#shards.filter(({ done }) => done).length;
  }

  /** Runs all shards that have not run before and takes the partials of all. */
  async run(): Promise<void> {
    const { signal } = this.#work;
    await this.#look();
    if (this.finished < this.#shards.length) await this.#attach();
    while (this.finished < this.#shards.length) {
      await this.#submit();
      await setTimeout(paced(LOOK, this.#age()), undefined, { signal });
      await this.#look();
      if (performance.now() - this.#asked > paced(ASK, this.#age())) await this.#ask();
      this.#tellStatus();
    }
  }

  /** Ends what waits or runs, and waits until it has ended. */
  async cancel(): Promise<void> {
    const jobs = [...this.#jobs];
    await cancelJobs(jobs);
    for (let wait = 50;; wait = Math.min(2 * wait, 2000)) {
      const states = await jobStates(jobs);
      if ([...states.values()].every(hasEnded)) return;
      await setTimeout(wait);
    }
  }

  #age(): number {
    return performance.now() - this.#started;
  }

  /** Finds the arrays that a client which was killed has left running. */
  async #attach(): Promise<void> {
    const { signal } = this.#work;
    for (const job of (await findJobs(`${this.#folder.name}.`, { signal })).values()) this.#jobs.add(job);
    for (const [id, state] of await jobStates([...this.#jobs], { signal })) {
      const [job, index] = id.split("_"), shard = this.#shards[Number(index)];
      if (shard && !hasEnded(state)) shard.job = job;
    }
  }

  /** Submits the shards that no array has. */
  async #submit(): Promise<void> {
    const { packed: { hash }, spans, config, maxRunning, signal } = this.#work;
    const due = this.#shards.filter(({ done, job, due }) => !done && job === undefined && due <= performance.now());
    if (due.length === 0) return;
    const folder = this.#folder.path;
    const { deno = Deno.execPath(), env_vars: env, error_file } = config;
    const script = shardScript({ hash, spans, deno, env, toErrors: error_file !== undefined });
    const options = sbatchOptions(config, {
      chdir: folder,
      output: "/dev/null", // what a shard prints is in its log
      error: "/dev/null",
      array: ranges(due.map(({ index }) => index)) + (maxRunning ? `%${maxRunning}` : ""),
    });
    const job = await submitJob(options, script, { token: `${this.#folder.name}.${crypto.randomUUID()}`, signal });
    this.#jobs.add(job);
    for (const shard of due) shard.job = job;
  }

  /** Takes what the shards have written. */
  async #look(): Promise<void> {
    const names = new Set(await this.#folder.list());
    for (const shard of this.#shards) {
      if (shard.done) continue;
      const result = `${shard.index}.result`, mine = `${shard.index}.${shard.job}`;
      if (names.has(result)) await this.#takeResult(shard, result);
      else if (names.has(`${mine}.failed`)) await this.#takeFailure(shard, `${mine}.failed`);
      else if (names.has(`${mine}.part`)) await this.#takeProgress(shard, `${mine}.part`);
    }
  }

  async #takeResult(shard: Shard, name: string): Promise<void> {
    const { packed: { hash }, take } = this.#work, { span } = shard;
    const bytes = await this.#folder.read(name) ?? new Uint8Array();
    try {
      const { result = new Uint8Array() } = readShardStream(bytes);
      take(span, readResult(result, { hash, span }));
    } catch (error) {
      if (!(error instanceof ShardDamagedError)) throw error;
      await this.#folder.drop(name);
      return await this.#again(shard, error.message);
    }
    shard.done = true;
    this.#tell(shard, span.count);
  }

  async #takeProgress(shard: Shard, name: string): Promise<void> {
    const bytes = await this.#folder.read(name);
    if (bytes) this.#tell(shard, Math.min(shard.span.count, readShardStream(bytes).done));
  }

  async #takeFailure(shard: Shard, name: string): Promise<void> {
    const code = new TextDecoder().decode(await this.#folder.read(name)).trim();
    const hint = code === NO_PROGRAM ? '. Where nodes have no Deno on their PATH, name it by "deno"' : "";
    await this.#again(shard, `The job ${shard.job}_${shard.index} exited with code ${code}${hint}`);
  }

  /** Asks the cluster what has become of the shards. */
  async #ask(): Promise<void> {
    const { signal } = this.#work;
    const out = this.#shards.filter(({ done, job }) => !done && job !== undefined);
    let states: Map<string, JobState>;
    try {
      states = await jobStates([...new Set(out.map(({ job }) => job!))], { signal, patience: 0 });
    } catch (error) {
      if (error instanceof SlurmError && error.transient) return; // the shards work on; it is asked again
      throw error;
    } finally {
      this.#asked = performance.now();
    }
    this.#queue = summary([...states.values()].filter((state) => !hasEnded(state)));
    const ended = out.filter((shard) => this.#judge(shard, states.get(`${shard.job}_${shard.index}`)));
    if (ended.length === 0) return;
    await this.#look(); // one may have given its result meanwhile
    for (const shard of ended) {
      if (shard.done || shard.job === undefined) continue;
      const id = `${shard.job}_${shard.index}`;
      await this.#end(shard, states.get(id) ?? { ...LOST, id });
    }
  }

  /** Whether a job has ended. @throws if it never will. */
  #judge(shard: Shard, state: JobState | undefined): boolean {
    if (!state || hasEnded(state)) return true;
    const { timeout } = this.#work.config;
    if (waitsInVain(state)) {
      throw new ShardLostError(
        shard.span,
        1,
        `The job ${state.id} would wait for ever: the cluster says ${describeState(state)}`,
      );
    }
    if (state.state === "RUNNING" && state.seconds > timeout) {
      throw new TimeLimitError(`The shard ${state.id}`, timeout);
    }
    return false;
  }

  /** Does what follows from the end of a job that gave no result. */
  async #end(shard: Shard, state: JobState): Promise<void> {
    if (hasSucceeded(state)) {
      shard.ended ??= performance.now();
      if (performance.now() - shard.ended < DELAY) return;
      return await this.#again(shard, `${describeEnd(state)}, but its result is not in ${this.#folder.path}`);
    }
    if (state.state === "TIMEOUT") throw new TimeLimitError(`The shard ${state.id}`, this.#work.config.timeout);
    if (state.state === "FAILED" || isTransientEnd(state)) return await this.#again(shard, describeEnd(state));
    throw await this.#lost(shard, describeEnd(state));
  }

  /** Has a shard run again, unless it has failed too often. */
  async #again(shard: Shard, why: string): Promise<void> {
    this.#tell(shard, 0);
    shard.failures++;
    if (shard.failures > this.#work.config.retries) throw await this.#lost(shard, why);
    shard.due = performance.now() + 200 * 2 ** (shard.failures - 1);
    shard.job = shard.ended = undefined;
  }

  /** What went wrong with a shard, and its last words. */
  async #lost({ index, span, job, failures }: Shard, why: string): Promise<ShardLostError> {
    const full = await this.#folder.isFull() ? `. The work folder ${this.#folder.path} is full` : "";
    const words = job === undefined ? "" : await this.#folder.lastWords(index, job);
    return new ShardLostError(span, Math.max(1, failures), `${why}${full}${words ? `. Its last words: ${words}` : ""}`);
  }

  #tellStatus(): void {
    const status = `${this.finished} of ${this.#shards.length} shards are done${this.#queue}`;
    if (status !== this.#status) this.#work.onStatus?.(this.#status = status);
  }

  #tell(shard: Shard, done: number): void {
    if (done === shard.told) return;
    this.#work.advance(done - shard.told);
    shard.told = done;
  }
}

/** `, 2 RUNNING, 7 PENDING (Resources)` */
function summary(states: readonly JobState[]): string {
  const counts = new Map<string, number>();
  for (const state of states) {
    const what = describeState({ ...state, nodes: "" });
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `, ${count} ${what}`).join("");
}

/** `0-3,7` of 0, 1, 2, 3 and 7. */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const n of numbers) {
    const last = parts.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([a, b]) => a === b ? `${a}` : `${a}-${b}`).join(",");
}

function paced({ least, most, share }: typeof LOOK, age: number): number {
  return Math.min(most, Math.max(least, share * age));
}
