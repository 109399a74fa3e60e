/** The states of Slurm's jobs, by their whole names, and what each means for what waits for the job. */

/** What the cluster says of a job, or of a task of an array. */
export interface JobState {
  /** The job's number, `12`, or that of a task of an array, `12_3`. */
  readonly id: string;
  /** The state's whole name, such as `PENDING` or `OUT_OF_MEMORY`. */
  readonly state: string;
  /** Why it waits, or why it ended, in Slurm's words; empty where it says nothing. */
  readonly reason: string;
  /** The nodes it runs on, or ran on; empty before it starts. */
  readonly nodes: string;
  /** Seconds it has run. */
  readonly seconds: number;
  /** The exit code of its script, once it has ended. */
  readonly exitCode?: number;
  /** The number of the signal that ended its script; 0 for none. */
  readonly signal?: number;
}

/** What becomes of a job in a state. */
interface Meaning {
  /** What has happened, after "The job". */
  readonly words: string;
  /** Whether the cluster, not the job, is the reason, so that the same job may do better another time. */
  readonly transient?: boolean;
}

/** The states that a job does not leave. */
const ENDED: Readonly<Record<string, Meaning>> = {
  COMPLETED: { words: "has completed" },
  FAILED: { words: "failed" },
  CANCELLED: { words: "was cancelled from outside" },
  TIMEOUT: { words: "was ended as its time limit was over" },
  DEADLINE: { words: "was ended as it could not end before its deadline" },
  OUT_OF_MEMORY: { words: "ran out of memory" },
  NODE_FAIL: { words: "ended as a node of it failed", transient: true },
  BOOT_FAIL: { words: "could not start as its node did not boot", transient: true },
  PREEMPTED: { words: "was ended in favour of another job", transient: true },
  LAUNCH_FAILED: { words: "could not be launched", transient: true },
  RECONFIG_FAIL: { words: "could not start as its node could not be configured", transient: true },
  REVOKED: { words: "runs on another cluster of the federation" },
};

/** Why a job waits that will wait for ever: it asks for more than the cluster grants to any one. */
const NEVER =
  /^(Partition(Config|NodeLimit|TimeLimit)|BadConstraints|DependencyNeverSatisfied|Invalid(Account|QOS)|(Account|QOS)NotAllowed|(Assoc|QOS)Max\w+PerJob(Limit)?)$/;

/** The words for a job that the cluster no longer knows, and that has left no word of its end. */
export const LOST: JobState = { id: "", state: "LOST", reason: "", nodes: "", seconds: 0 };

/** A state's name without what Slurm adds to it: `CANCELLED by 1000` is `CANCELLED`. */
export function stateName(text: string): string {
  return /^[A-Z_]*/.exec(text.trim())![0];
}

/** Whether a job has ended for good. One that is requeued, held or suspended has not. */
export function hasEnded({ state }: JobState): boolean {
  return Object.hasOwn(ENDED, state);
}

/** Whether the script of a job ran to its end with exit code 0. */
export function hasSucceeded({ state }: JobState): boolean {
  return state === "COMPLETED";
}

/** Whether a job ended for a reason that lies with the cluster, so that sending it again may help. */
export function isTransientEnd({ state, reason }: JobState): boolean {
  return state === LOST.state || ENDED[state]?.transient === true ||
    (state === "FAILED" && reason === "JobLaunchFailure");
}

/** Whether a job waits for what will never come, as the cluster is set up now. */
export function waitsInVain({ state, reason }: JobState): boolean {
  return state === "PENDING" && NEVER.test(reason);
}

/** Says how a job ended, in a sentence without its full stop. */
export function describeEnd(end: JobState): string {
  const { id, state, reason, nodes, exitCode = 0, signal = 0 } = end;
  const said = [state, ...reason && reason !== "None" ? [reason] : []].join(", ");
  const where = nodes ? ` on ${nodes}` : "";
  if (state === LOST.state) return `The cluster no longer knows the job ${id}, which has left no word of its end`;
  if (signal === NO_OUTPUT) {
    return `The job ${id} could not write its output${where} (${said}): its folder must be there on all nodes`;
  }
  const code = exitCode > 0 ? ` with exit code ${exitCode}` : signal > 0 ? ` by signal ${signal}` : "";
  return `The job ${id} ${ENDED[state]?.words ?? `is ${state}`}${state === "FAILED" ? code : ""}${where} (${said})`;
}

/** Says what a job that has not ended is doing: `PENDING (Resources)`, `RUNNING on n1`. */
export function describeState({ state, reason, nodes }: JobState): string {
  if (nodes) return `${state} on ${nodes}`;
  return reason && reason !== "None" ? `${state} (${reason})` : state;
}

/** The signal that Slurm names when a job's output file cannot be made. */
const NO_OUTPUT = 53;
