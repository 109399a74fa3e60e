import type { RunOutcome, RunUsage } from "../run_request.ts";
import { signalOf } from "../shell_code.ts";
import type { SlurmConfig } from "../slurm_config.ts";
import type { JobEnd } from "./follow_job.ts";
import type { EndNote } from "./job_script.ts";
import { describeEnd, describeState, hasSucceeded, isTransientEnd, LOST } from "./states.ts";

/** How a run on the cluster ended, but for its output. */
export interface JobOutcome extends Pick<RunOutcome, "success" | "exitCode" | "signal" | "timedOut" | "reason"> {
  /** What it used. */
  readonly usage: RunUsage;
  /** Whether the cluster was the reason, so that sending it again may help. */
  readonly transient: boolean;
}

/** Slurm's own words in a job's errors where it ended it for its memory, which not every cluster tells by the job's state. */
const OUT_OF_MEMORY = /slurmstepd.*(exceeded (job |step )?memory limit|oom.?kill)/i;

/**
 * Says how a job ended.
 *
 * @param end What the cluster says.
 * @param note What the job's script has left word of; undefined where it was ended before.
 * @param errors What it wrote to its error stream.
 * @param config Of the job.
 */
export function outcomeOf(
  { state, endedHere }: JobEnd,
  note: EndNote | undefined,
  errors: string,
  { timeout, nodes, ntasks }: Pick<SlurmConfig, "timeout" | "nodes" | "ntasks">,
): JobOutcome {
  const { id } = state, lost = state.state === LOST.state;
  const usage = note
    ? { wallSeconds: note.wallSeconds, ...nodes * ntasks === 1 ? { cpuSeconds: note.cpuSeconds } : {} }
    : { wallSeconds: state.seconds };
  const failed = (reason: string, more: Partial<JobOutcome> = {}): JobOutcome => ({
    ...{ success: false, exitCode: null, signal: null, timedOut: false, reason, usage, transient: false },
    ...more,
  });
  if (endedHere === "timeout") {
    return failed(`The job ${id} was ended as its time of ${timeout} s was over`, { timedOut: true });
  }
  if (endedHere === "vain") {
    return failed(`The job ${id} was withdrawn, as it would wait for ever: the cluster says ${describeState(state)}`);
  }
  if (hasSucceeded(state) || (lost && note?.code === 0)) {
    return { success: true, exitCode: 0, signal: null, timedOut: false, usage, transient: false };
  }
  if (OUT_OF_MEMORY.test(errors) && state.state !== "OUT_OF_MEMORY") {
    return failed(`${describeEnd(state)}, as it ran out of memory`);
  }
  if (state.state !== "FAILED" && !(lost && note)) {
    return failed(describeEnd(state), { timedOut: state.state === "TIMEOUT", transient: isTransientEnd(state) });
  }
  // The command failed by itself: what its script says is exact, what the cluster says stands for it.
  const signal = note ? signalOf(note.code) : signalOf(128 + (state.signal ?? 0));
  const exitCode = signal ? null : note?.code ?? (state.exitCode || null);
  const words = signal ? `The command was ended by ${signal}` : `The command exited with code ${exitCode}`;
  return failed(note ? `${words} in the job ${id}` : describeEnd(state), {
    exitCode,
    signal: signal ?? null,
    transient: isTransientEnd(state) && !note,
  });
}
