import { stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { cancelJobs, jobStates, SlurmError } from "./commands.ts";
import { describeState, hasEnded, LOST, waitsInVain } from "./states.ts";
import type { JobState } from "./states.ts";

/** Milliseconds between two questions to the controller, which has others to serve: more and more, up to this. */
const ASK = { first: 200, growth: 1.4, most: 10_000 };
/** Milliseconds between two looks for word of the job's end, which costs the controller nothing. */
const LOOK = 200;
/** Milliseconds for which a job must seem to be lost, or to wait in vain, before that is believed. */
const DOUBT = 5000;
/** Milliseconds for which a controller that is away is asked to end a job. */
const INSIST = 120_000;

/** How a job has ended. */
export interface JobEnd {
  /** The last that the cluster said of it. */
  readonly state: JobState;
  /** Whether it was ended here: as its time was over, or as it would have waited for ever. */
  readonly endedHere?: "timeout" | "vain";
}

/** What to follow. */
export interface FollowOptions {
  /** Seconds of running time after which the job is ended. */
  readonly timeout: number;
  /** The file that is there when the script has ended. */
  readonly ended: string;
  /** Gives up following when it aborts. The job goes on. */
  readonly signal: AbortSignal;
  /** Takes the job's state as it changes. */
  onStatus?(status: string): void;
}

/** Waits for the end of a job, however long the controller may be away meanwhile. */
export async function followJob(id: string, { timeout, ended, signal, onStatus }: FollowOptions): Promise<JobEnd> {
  let told = "", doubted = Infinity;
  const tell = (words: string) => {
    if (words !== told) onStatus?.(words);
    told = words;
  };
  for (let wait = ASK.first;; wait = Math.min(wait * ASK.growth, ASK.most)) {
    const state = await ask(id, signal, tell);
    if (state && hasEnded(state)) return { state };
    if (state) tell(`job ${id} is ${describeState(state)}`);
    const doubtful = state === undefined || waitsInVain(state);
    doubted = doubtful ? Math.min(doubted, performance.now()) : Infinity;
    if (performance.now() - doubted > DOUBT || (state === undefined && await exists(ended))) {
      if (state) await endJob(id);
      return state ? { state, endedHere: "vain" } : { state: { ...LOST, id } };
    }
    const left = state?.state === "RUNNING" ? timeout - state.seconds : Infinity;
    if (left <= 0) {
      await endJob(id);
      return { state: state!, endedHere: "timeout" };
    }
    await news(ended, Math.min(wait, left * 1000), signal);
  }
}

/** Ends a job and waits until nothing of it runs. */
export async function endJob(id: string): Promise<void> {
  await cancelJobs([id], { patience: INSIST });
  for (let wait = 50;; wait = Math.min(2 * wait, 2000)) {
    const state = (await jobStates([id], { patience: INSIST })).get(id);
    if (!state || hasEnded(state)) return;
    await setTimeout(wait);
  }
}

/** What the cluster says of a job; undefined where it does not know it. A controller that is away is waited for. */
async function ask(id: string, signal: AbortSignal, tell: (words: string) => void): Promise<JobState | undefined> {
  for (let wait = 500;; wait = Math.min(2 * wait, 30_000)) {
    try {
      return (await jobStates([id], { signal, patience: 0 })).get(id);
    } catch (error) {
      if (!(error instanceof SlurmError) || !error.transient) throw error;
      tell(`job ${id}: the controller does not answer`);
      await setTimeout(wait, undefined, { signal });
    }
  }
}

/** Waits until the job's script has ended, or for so many milliseconds. */
async function news(ended: string, most: number, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + most;
  const before = await exists(ended);
  while (performance.now() < deadline) {
    await setTimeout(Math.min(LOOK, Math.max(1, deadline - performance.now())), undefined, { signal });
    if (!before && await exists(ended)) return;
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}
