import { setTimeout } from "node:timers/promises";
import { ShardLostError } from "../shards/shard_lost_error.ts";
import { readResult, ShardDamagedError } from "../shards/read_result.ts";
import { readShardStream } from "../shards/shard_stream.ts";
import { TimeLimitError } from "../time_limit.ts";
import { cancelJobs, findJobs, jobStates, SlurmError, submitJob } from "./commands.ts";
import { ASK, LOOK, untilNext } from "./pace.ts";
import { sbatchOptions } from "./sbatch_options.ts";
import { describeShards, indicesOf, Shard } from "./shard.ts";
import type { ShardWork } from "./shard_work.ts";
import type { SubmittedArray } from "./shard.ts";
import { shardScript } from "./shard_script.ts";
import { describeEnd, describeState, hasEnded, hasSucceeded, isTransientEnd, LOST, waitsInVain } from "./states.ts";
import type { JobState } from "./states.ts";
import type { WorkFolder } from "./work_folder.ts";

/** Milliseconds that a shared folder may take to show what a node wrote. */
const DELAY = 60_000;
/** Milliseconds for which a job may wait for what the cluster does not have, before it is believed never to come. */
const VAIN = 4000;
/** Milliseconds before a shard that failed is submitted again; twice as long each further time. */
const AGAIN = 200;
/** The exit code of a shell that does not find a program. */
const NO_PROGRAM = "127";

/** The shards of one job, which run as arrays on the cluster: the first has all, later ones those that must run again. */
export class ShardArray {
  readonly #folder: WorkFolder;
  readonly #work: ShardWork;
  readonly #shards: readonly Shard[];
  /** The numbers of all arrays, by their tokens. */
  readonly #arrays = new Map<string, string>();
  readonly #started = performance.now();
  #asked = performance.now();
  #waiting: readonly JobState[] = [];
  #status = "";

  /** Makes the array; nothing is submitted yet. */
  constructor(folder: WorkFolder, work: ShardWork) {
    this.#folder = folder;
    this.#work = work;
    this.#shards = work.spans.map((span, index) => new Shard(index, span));
  }

  /** How many shards have given their result. */
  get finished(): number {
    return this.#shards.filter(({ done }) => done).length;
  }

  /** Runs all shards that have not run before and takes the partials of all. */
  async run(): Promise<void> {
    const { signal } = this.#work;
    await this.#look();
    if (this.finished < this.#shards.length) {
      await this.#attach();
      await this.#look(); // one may have ended in between
    }
    while (this.finished < this.#shards.length) {
      await this.#submit();
      await setTimeout(untilNext(LOOK, this.#age()), undefined, { signal });
      await this.#look();
      if (performance.now() - this.#asked > untilNext(ASK, this.#age())) await this.#ask();
      this.#tellStatus();
    }
  }

  /**
   * Ends what waits or runs, and waits until it has ended.
   *
   * @throws {SlurmError} If the controller does not answer: jobs may be left.
   */
  async cancel(): Promise<void> {
    // One may have been submitted whose answer did not come.
    const ids = [...new Set([...this.#arrays.values(), ...(await findJobs(this.#prefix)).values()])];
    await cancelJobs(ids);
    for (let wait = 50;; wait = Math.min(2 * wait, 2000)) {
      const states = await jobStates(ids);
      if ([...states.values()].every(hasEnded)) return;
      await setTimeout(wait);
    }
  }

  get #prefix(): string {
    return `${this.#folder.name}.`;
  }

  #age(): number {
    return performance.now() - this.#started;
  }

  /** Finds the arrays that a client which was killed has left running. */
  async #attach(): Promise<void> {
    const { signal } = this.#work;
    for (const [token, id] of await findJobs(this.#prefix, { signal })) {
      const states = await jobStates([id], { signal });
      this.#arrays.set(token, id);
      for (const shard of this.#shards) {
        const state = states.get(`${id}_${shard.index}`);
        if (state && !hasEnded(state)) shard.array = { id, token: token.slice(this.#prefix.length) };
      }
    }
  }

  /** Submits the shards that no array has. */
  async #submit(): Promise<void> {
    const { packed: { hash }, spans, config, maxRunning, signal } = this.#work;
    const due = this.#shards.filter(({ done, array }) => !done && !array);
    // Those that fail at about the same time go together.
    if (due.length === 0 || due.some(({ due }) => due > performance.now())) return;
    const { deno = Deno.execPath(), env_vars: env, permissions, error_file } = config;
    const token = crypto.randomUUID().slice(0, 8), whole = this.#prefix + token;
    const script = shardScript({ hash, spans, permissions, deno, env, token, toErrors: error_file !== undefined });
    const options = sbatchOptions(config, {
      chdir: this.#folder.path,
      output: "/dev/null", // what a shard prints is in its log
      error: "/dev/null",
      array: indicesOf(due) + (maxRunning ? `%${maxRunning}` : ""),
    });
    const id = await submitJob(options, script, { token: whole, signal });
    this.#arrays.set(whole, id);
    for (const shard of due) shard.array = { id, token };
  }

  /** Takes what the shards have written. */
  async #look(): Promise<void> {
    const names = await this.#folder.list(), there = new Set(names);
    const codes = new Map(names.map((name) => name.split(".failed-") as [string, string | undefined]));
    for (const shard of this.#shards) {
      if (shard.done) continue;
      const result = `${shard.index}.result`, part = `${shard.name}.part`, code = codes.get(shard.name);
      if (there.has(result)) await this.#takeResult(shard, result);
      else if (code !== undefined) await this.#takeFailure(shard, code);
      else if (there.has(part)) await this.#takeProgress(shard, part);
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
    if (!bytes) return;
    if (bytes.length !== shard.heard.bytes) shard.heard = { at: performance.now(), bytes: bytes.length };
    this.#tell(shard, Math.min(shard.span.count, readShardStream(bytes).done));
  }

  async #takeFailure(shard: Shard, code: string): Promise<void> {
    const hint = code === NO_PROGRAM ? '. Where nodes have no Deno on their PATH, name it by "deno"' : "";
    await this.#again(shard, `The job ${shard.id} exited with code ${code}${hint}`);
  }

  /** Asks the cluster what has become of the shards. */
  async #ask(): Promise<void> {
    const { signal } = this.#work;
    const out = this.#shards.filter(({ done, array }) => !done && array);
    let states: Map<string, JobState>;
    try {
      states = await jobStates([...new Set(out.map(({ array }) => array!.id))], { signal, patience: 0 });
    } catch (error) {
      if (error instanceof SlurmError && error.transient) return; // the shards work on; it is asked again
      throw error;
    } finally {
      this.#asked = performance.now();
    }
    this.#waiting = [...states.values()].filter((state) => !hasEnded(state));
    const ended = out.filter((shard) => this.#judge(shard, states.get(shard.id)));
    if (ended.length === 0) return;
    await this.#look(); // one may have given its result meanwhile
    for (const shard of ended) {
      if (!shard.done && shard.array) await this.#end(shard, states.get(shard.id) ?? { ...LOST, id: shard.id });
    }
  }

  /** Whether a shard's job has ended. @throws if it never will. */
  #judge(shard: Shard, state: JobState | undefined): boolean {
    if (!state || hasEnded(state)) return true;
    const { timeout } = this.#work.config;
    if (state.state === "RUNNING" && state.seconds > timeout) {
      throw new TimeLimitError(`The shard ${state.id}`, timeout);
    }
    if (!waitsInVain(state)) shard.vain = undefined;
    else if (performance.now() - (shard.vain ??= performance.now()) > VAIN) {
      const why = `The job ${state.id} would wait for ever: the cluster says ${describeState(state)}`;
      throw new ShardLostError(shard.span, 1, why);
    }
    return false;
  }

  /** Does what follows from the end of a job that gave no result. */
  async #end(shard: Shard, state: JobState): Promise<void> {
    if (state.state === LOST.state && this.#isHeard(shard.array!)) return;
    if (hasSucceeded(state)) {
      shard.ended ??= performance.now();
      if (performance.now() - shard.ended < DELAY) return;
      return await this.#again(shard, `${describeEnd(state)}, but its result is not in ${this.#folder.path}`);
    }
    if (state.state === "TIMEOUT") throw new TimeLimitError(`The shard ${state.id}`, this.#work.config.timeout);
    if (state.state === "FAILED" || isTransientEnd(state)) return await this.#again(shard, describeEnd(state));
    shard.failures++;
    throw await this.#lost(shard, describeEnd(state));
  }

  /**
   * Whether shards of an array still write. A controller that was killed may have forgotten an array whose shards work on, and would
   * give its number again to the next, which it would then take for this one.
   */
  #isHeard({ token }: SubmittedArray): boolean {
    return this.#shards.some(({ array, done, heard }) =>
      !done && array?.token === token && performance.now() - heard.at < DELAY
    );
  }

  /** Has a shard run again, unless it has failed too often. */
  async #again(shard: Shard, why: string): Promise<void> {
    this.#tell(shard, 0);
    shard.failures++;
    if (shard.failures > this.#work.config.retries) throw await this.#lost(shard, why);
    shard.giveBack(performance.now() + AGAIN * 2 ** (shard.failures - 1));
  }

  /** What went wrong with a shard, and its last words. */
  async #lost({ span, name, failures }: Shard, why: string): Promise<ShardLostError> {
    const full = await this.#folder.isFull() ? `. The work folder ${this.#folder.path} is full` : "";
    const words = await this.#folder.lastWords(name);
    return new ShardLostError(span, failures, `${why}${full}${words ? `. Its last words: ${words}` : ""}`);
  }

  #tellStatus(): void {
    const status = describeShards(this.#shards, this.#waiting);
    if (status !== this.#status) this.#work.onStatus?.(this.#status = status);
  }

  #tell(shard: Shard, done: number): void {
    if (done === shard.told) return;
    this.#work.advance(done - shard.told);
    shard.told = done;
  }
}
