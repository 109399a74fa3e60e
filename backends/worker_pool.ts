import { SimulationKeys } from "../random/mod.ts";
import type { TaskRequest } from "./backend.ts";
import { backOff } from "./back_off.ts";
import { coresHere } from "./cores.ts";
import { BackendUnavailableError } from "./backend.ts";
import { missingVariable, OuterVariableError, sendTask } from "./function_source.ts";
import type { SentTask } from "./function_source.ts";
import { LaneLostError, SimulationTimeoutError } from "./lane.ts";
import type { FromLane, Lane, Pace, ToLane } from "./lane.ts";
import { startProcess } from "./process_lane.ts";
import { SimulationError } from "./run_span.ts";
import { receiveError } from "./sent_error.ts";
import { PartialMerger, SpanQueue } from "./span_queue.ts";
import { resolveTask } from "./task.ts";
import type { Span } from "./task.ts";
import { startThread } from "./thread_lane.ts";
import type { WorkersConfig } from "./workers.ts";

/** Milliseconds that a lane gets to break off its span before it is ended. */
const GRACE = 1000;
/** Milliseconds between the end of a simulation's time and the decision that it is up. */
const SECOND_LOOK = 25;
/** What a timer can be set to: 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Threads and processes that are kept from job to job. They start when first needed; idle ones hold nothing up. */
export class WorkerPool {
  readonly #config: WorkersConfig;
  readonly #idle = new Map<string, Lane[]>();
  readonly #all = new Set<Lane>();

  readonly #entry: string | undefined;

  /**
   * Makes an empty pool.
   *
   * @param entry What threads run, in a process of our own whose end is ours to make: then everything runs in threads.
   */
  constructor(config: WorkersConfig, entry?: string) {
    this.#config = config;
    this.#entry = entry;
  }

  /** Runs all simulations of a request and joins their partials in order. */
  async run(request: TaskRequest): Promise<unknown> {
    const merger = new PartialMerger(await resolveTask(request.task));
    await this.runSpan(request, { start: 0, count: request.nSimulations }, (span, partials) => {
      merger.add(span, partials);
      if (merger.joined) request.onPartial?.(merger.partial);
    });
    return merger.result(request.nSimulations);
  }

  /** Runs a span of a request's simulations, and gives the partials of its parts as they come, in whatever order. */
  async runSpan(request: TaskRequest, { start, count }: Span, take: TakePartials): Promise<void> {
    const { task, nJobs = this.#config.n_jobs, simulationTimeout, signal } = request;
    const isFunction = "run" in task;
    const sent = sendTask(task);
    const definition = await resolveTask(task);
    const mayThread = !isFunction && this.#config.prefer === "threads" && simulationTimeout === undefined;
    const inProcess = this.#entry === undefined && !mayThread;
    const kind = inProcess ? (isFunction ? "function" : task.module) : "thread";
    if (inProcess) await requireRun();
    const { chunk = 1 } = definition;
    const lanes = Math.min(laneCount(nJobs), Math.ceil(count / chunk));
    const queue = new SpanQueue(count, lanes, chunk, start);
    const stop = new AbortController();
    const ends = AbortSignal.any([signal, stop.signal]);
    const work = { ...request, sent, queue, take, signal: ends };
    const results = await Promise.allSettled(Array.from({ length: lanes }, async () => {
      try {
        await this.#serve(kind, work);
      } catch (error) {
        stop.abort(error); // the first failure ends the others
        throw error;
      }
    }));
    signal.throwIfAborted();
    if (stop.signal.aborted) throw stop.signal.reason;
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** Ends every thread and process. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((lane) => lane.kill()));
  }

  /** Runs spans on one lane, starting another once when it is lost, until none is left. */
  async #serve(kind: string, work: Work): Promise<void> {
    let last: Pace | undefined, talk: Conversation | undefined;
    try {
      for (;;) {
        work.signal.throwIfAborted();
        if (!talk) {
          talk = await this.#begin(kind, work);
          last = talk.last;
        }
        // Not before the lane is ready: others may have done it all by then.
        const span = work.queue.take(last);
        if (!span) return;
        const started = performance.now();
        const outcome = await talk.span(span, work);
        if (outcome.lost !== undefined) {
          talk = undefined;
          const losses = work.queue.giveBack(span);
          if (losses <= this.#config.retries) {
            await backOff(losses - 1, work.signal);
            continue;
          }
          throw new LaneLostError(kind === "thread" ? "thread" : "process", outcome.lost, span);
        }
        last = { count: span.count, seconds: (performance.now() - started) / 1000 };
        work.take(span, outcome.partials);
      }
    } finally {
      if (talk) this.#release(kind, talk);
    }
  }

  async #begin(kind: string, work: Work): Promise<Conversation> {
    for (;;) {
      const idle = this.#idle.get(kind)?.pop();
      const lane = idle ?? this.#start(kind);
      lane.hold(true);
      const talk = new Conversation(lane);
      try {
        const lost = await talk.begin(work);
        if (lost === undefined) return talk;
        // One that waited for work may have ended meanwhile; one just started should not have.
        if (!idle) throw new Error(`A ${lane.kind} ended while it prepared the task. ${lost}`);
      } catch (error) {
        this.#release(kind, talk);
        throw error;
      }
    }
  }

  #start(kind: string): Lane {
    const modules = kind === "function" ? [] : [kind];
    const lane = kind === "thread" ? startThread(this.#entry) : startProcess(modules, this.#config);
    this.#all.add(lane);
    lane.ended.then(() => {
      this.#all.delete(lane);
      const idle = this.#idle.get(kind) ?? [];
      if (idle.includes(lane)) idle.splice(idle.indexOf(lane), 1);
    });
    return lane;
  }

  #release(kind: string, talk: Conversation): void {
    if (!talk.usable) return;
    talk.lane.hold(false);
    const idle = this.#idle.get(kind);
    if (idle) idle.push(talk.lane);
    else this.#idle.set(kind, [talk.lane]);
  }
}

type TakePartials = (span: Span, partials: readonly unknown[]) => void;

interface Work extends TaskRequest {
  readonly sent: SentTask;
  readonly queue: SpanQueue;
  readonly take: TakePartials;
}

type Outcome = { readonly partials: readonly unknown[]; readonly lost?: undefined } | { readonly lost: string };

/** Questions to a lane and its answers, one at a time. */
class Conversation {
  /** Whether the lane can be used again. */
  usable = true;
  /** How long the lane's last span of the same task took, where it has had one. */
  last: Pace | undefined;
  /** Ends the wait for an answer. Replaced at each question, as what waits on the lane's end is kept for the lane's life. */
  #onEnd: (how: string) => void = () => {};
  #ended: string | undefined;

  constructor(readonly lane: Lane) {
    lane.ended.then((how) => this.#onEnd(this.#ended = how));
  }

  /** Has the lane prepare the task. Returns how the lane ended, where it did. */
  async begin({ sent, seed, simulationTimeout, signal }: Work): Promise<string | undefined> {
    const eager = simulationTimeout !== undefined;
    const answer = await this.#ask({ kind: "begin", task: sent, seed, eager }, { signal });
    if (typeof answer === "string") return answer;
    if (answer.kind === "failed") throw receiveError(answer.error);
    if (answer.kind !== "begun") throw signal.reason;
    this.last = answer.last;
  }

  async span(span: Span, { sent, seed, simulationTimeout, signal, advance }: Work): Promise<Outcome> {
    let done = 0;
    const onAdvance = (count: number) => {
      done += count;
      advance(count);
    };
    const onTimeout = () => {
      const index = span.start + done;
      return new SimulationTimeoutError(index, new SimulationKeys(seed).key(index)[0], simulationTimeout!);
    };
    const answer = await this.#ask({ kind: "span", ...span }, {
      signal,
      onAdvance,
      onTimeout,
      limit: simulationTimeout,
    });
    if (typeof answer === "string") {
      advance(-done);
      return { lost: answer };
    }
    if (answer.kind === "partials") return { partials: answer.partials };
    if (answer.kind !== "failed") throw signal.reason;
    const { error, simulation } = answer;
    const cause = receiveError(error);
    const variable = "source" in sent ? missingVariable(error) : undefined;
    if (variable !== undefined) throw new OuterVariableError(variable, cause);
    throw simulation ? new SimulationError(simulation.index, simulation.seed, cause) : cause;
  }

  /** Sends a message and waits for its answer; a string tells how the lane ended instead. */
  async #ask(message: ToLane, { signal, limit, onAdvance, onTimeout }: AskOptions): Promise<FromLane | string> {
    const { lane } = this;
    const answer = Promise.withResolvers<FromLane | string>();
    let timer: ReturnType<typeof setTimeout> | undefined, grace: typeof timer;
    const watch = () => {
      clearTimeout(timer);
      if (limit === undefined) return;
      // A busy program reads messages late: those that have come are read before the time counts as up.
      const expire = () => timer = setTimeout(() => answer.reject(onTimeout!()), SECOND_LOOK);
      timer = setTimeout(expire, Math.min(limit, LONGEST_TIMER));
    };
    const onAbort = () => {
      lane.send({ kind: "stop" });
      grace = setTimeout(() => answer.reject(signal.reason), lane.kind === "process" ? 0 : GRACE);
    };
    lane.onMessage = (reply) => {
      if (reply.kind === "ready") return;
      if (reply.kind !== "advance") return answer.resolve(reply);
      onAdvance?.(reply.count);
      watch();
    };
    this.#onEnd = answer.resolve;
    if (this.#ended !== undefined) answer.resolve(this.#ended);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    watch();
    try {
      lane.send(message);
      const reply = await answer.promise;
      if (typeof reply === "string") this.usable = false;
      return reply;
    } catch (error) {
      this.usable = false;
      await lane.kill();
      throw error;
    } finally {
      clearTimeout(timer);
      clearTimeout(grace);
      signal.removeEventListener("abort", onAbort);
      this.#onEnd = () => {};
    }
  }
}

interface AskOptions {
  readonly signal: AbortSignal;
  readonly limit?: number;
  readonly onAdvance?: (count: number) => void;
  readonly onTimeout?: () => Error;
}

/** How many lanes a number of jobs means, as joblib counts: -1 all cores, -2 all but one, never less than one. */
export function laneCount(jobs: number, cores: number = coresHere()): number {
  return jobs > 0 ? jobs : Math.max(1, cores + 1 + jobs);
}

async function requireRun(): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
  if (state === "granted") return;
  throw new BackendUnavailableError("workers", {
    reason: "Functions run in processes of their own, and none may be started",
    remedy:
      `Run Deno with --allow-run=${Deno.execPath()}, or name the function by { module, name } to run it in threads`,
  });
}
