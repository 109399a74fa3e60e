/** Slurm's own programs, and what they say. */
import { setTimeout } from "node:timers/promises";
import { hasEnded, stateName } from "./states.ts";
import type { JobState } from "./states.ts";

/** Thrown when one of Slurm's programs fails. The message carries the cluster's own words. */
export class SlurmError extends Error {
  /** Names the class. */
  override readonly name = "SlurmError";
  /** The program, such as "sbatch". */
  readonly program: string;
  /** What it said. */
  readonly words: string;
  /** Whether the controller did not answer, rather than refuse: asking again may help. */
  readonly transient: boolean;

  /** Says what the program said, on one line. */
  constructor(program: string, words: string) {
    const lines = words.split("\n").map((line) => line.replace(/^\w+: ((error|fatal): )?/, "").trim()).filter(Boolean);
    super(`${program} says: ${lines.join("; ") || "nothing"}`);
    this.program = program;
    this.words = words;
    this.transient = TRANSIENT.test(words);
  }
}

/** What the programs say when the controller is away, is overrun, or changes places with its deputy. */
const TRANSIENT = new RegExp(
  [
    "Unable to contact slurm controller",
    "Socket timed out",
    "Zero Bytes were transmitted or received",
    "Transport endpoint is not connected",
    "Connection (refused|reset by peer|timed out)",
    "Unexpected message received|Message receive failure",
    "Slurm backup controller in standby mode",
    "Resource temporarily unavailable",
    "slurm_persist_conn_open",
    "Munge (en|de)code failed: (Failed to (connect|access)|Unable to access)",
  ].join("|"),
  "i",
);

/** Settings of a call. */
export interface CallOptions {
  /** What the program reads. */
  readonly input?: string;
  /** Gives up when it aborts. */
  readonly signal?: AbortSignal;
  /** Milliseconds for which a controller that does not answer is asked again (default 60 000). */
  readonly patience?: number;
}

/**
 * Runs one of Slurm's programs and gives what it wrote. Where the controller does not answer it is asked again, waiting longer each time.
 *
 * @throws {SlurmError} If it fails, or the controller does not answer for as long as `patience` says.
 */
export async function slurm(
  program: string,
  args: readonly string[],
  { input, signal, patience = 60_000 }: CallOptions = {},
): Promise<string> {
  const deadline = performance.now() + patience;
  for (let wait = 250;; wait = Math.min(2 * wait, 10_000)) {
    signal?.throwIfAborted();
    const { success, stdout, stderr } = await call(program, args, input);
    if (success) return stdout;
    const error = new SlurmError(program, stderr || stdout);
    if (!error.transient || performance.now() + wait > deadline) throw error;
    await setTimeout(wait, undefined, { signal });
  }
}

/**
 * Submits a job and gives its number. A submission whose answer was lost is found again by its token, not repeated.
 *
 * @param options The options of sbatch, such as `sbatchOptions()` gives.
 * @param script The job's script.
 * @param settings The token, by which `findJob()` finds the job; signal and patience.
 * @throws {SlurmError} If the cluster refuses it, in the cluster's words.
 */
export async function submitJob(
  options: readonly string[],
  script: string,
  { token, signal, patience = 60_000 }: Omit<CallOptions, "input"> & { token: string },
): Promise<string> {
  const args = ["--parsable", ...options, `--comment=${COMMENT}${token}`];
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return (await slurm("sbatch", args, { input: script, signal, patience: 0 })).trim().split(";")[0];
    } catch (error) {
      const left = deadline - performance.now();
      if (!(error instanceof SlurmError) || !error.transient || left <= 0) throw error;
      const id = await findJob(token, { signal, patience: left });
      if (id !== undefined) return id;
    }
  }
}

/** The number of the job that was submitted with a token; undefined where the cluster knows none. */
export async function findJob(token: string, options?: CallOptions): Promise<string | undefined> {
  return (await findJobs(token, options)).get(token);
}

/** The numbers of the jobs, by their tokens, that were submitted with tokens which begin so. */
export async function findJobs(prefix: string, options?: CallOptions): Promise<Map<string, string>> {
  const format = ["--noheader", "--me", "--states=all", "--format=%F|%k"];
  const found = new Map<string, string>();
  for (const line of (await slurm("squeue", format, options)).split("\n")) {
    const [array, comment] = line.split("|");
    if (comment?.startsWith(COMMENT + prefix)) found.set(comment.slice(COMMENT.length), array);
  }
  return found;
}

/**
 * The states of jobs, and of tasks of arrays, by their numbers: `12` asks for a job, or for all tasks of an array, which come as `12_0`,
 * `12_1`, ...; what the cluster no longer knows is left out.
 */
export async function jobStates(ids: readonly string[], options?: CallOptions): Promise<Map<string, JobState>> {
  const states = new Map<string, JobState>();
  if (ids.length === 0) return states;
  const format = "--format=%i|%T|%M|%N|%r";
  const waiting = await known("squeue", ["--noheader", "--array", "--states=all", format, `--jobs=${ids}`], options);
  for (const [id, state, time, nodes, ...reason] of rows(waiting)) {
    states.set(id, { id, state: stateName(state), seconds: secondsOf(time), nodes, reason: reason.join("|") });
  }
  // Exit codes are told by another program, for a whole array at once.
  const ended = [...states.values()].filter(hasEnded).map(({ id }) => baseOf(id));
  for (const id of new Set(ended)) {
    for (const [task, codes] of await exitCodes(id, options)) {
      const state = states.get(task);
      if (state) states.set(task, { ...state, ...codes });
    }
  }
  const forgotten = ids.filter((id) => ![...states.keys()].some((one) => one === id || baseOf(one) === id));
  for (const state of await accounted(forgotten, options)) states.set(state.id, state);
  return states;
}

/** Ends jobs, or tasks of arrays. Those that have ended, or are not known, are no error. */
export async function cancelJobs(ids: readonly string[], options?: CallOptions): Promise<void> {
  if (ids.length > 0) await known("scancel", ["--quiet", ...ids], options);
}

/** What is known of the cluster: its name, Slurm's version, and the partitions with their nodes. */
export async function describeCluster(options?: CallOptions): Promise<string> {
  const config = await slurm("scontrol", ["show", "config"], options);
  const value = (name: string) => new RegExp(`^${name}\\s*=\\s*(.*)$`, "m").exec(config)?.[1].trim() ?? "?";
  const partitions = rows(await slurm("sinfo", ["--noheader", "--summarize", "--format=%P|%a|%D|%F"], options));
  const words = partitions.map(([name, up, nodes, counts]) =>
    `${name} (${up === "up" ? `${counts.split("/")[1]} of ${nodes} nodes idle` : up})`
  );
  return `Slurm ${value("SLURM_VERSION")}, cluster ${value("ClusterName")}: ${words.join(", ")}`;
}

/** What precedes a token in a job's comment. */
const COMMENT = "morlet:";

/** As `slurm()`, but jobs that are not known are nothing to say, not an error. */
async function known(program: string, args: readonly string[], options?: CallOptions): Promise<string> {
  try {
    return await slurm(program, args, options);
  } catch (error) {
    if (error instanceof SlurmError && /Invalid job id|already completing or completed/i.test(error.words)) return "";
    throw error;
  }
}

/** Exit code and signal of a job, or of all tasks of an array. */
async function exitCodes(
  id: string,
  options?: CallOptions,
): Promise<[string, Pick<JobState, "exitCode" | "signal">][]> {
  const text = await known("scontrol", ["--oneliner", "show", "job", id], options);
  return text.split("\n").flatMap((line) => {
    const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(line)?.[1];
    const [array, task, codes] = ["ArrayJobId", "ArrayTaskId", "ExitCode"].map(field);
    if (!codes) return [];
    return [[array === undefined ? field("JobId")! : `${array}_${task}`, codesOf(codes)]];
  });
}

/** What the accounting tells of jobs, where there is one. */
async function accounted(ids: readonly string[], options?: CallOptions): Promise<JobState[]> {
  if (ids.length === 0) return [];
  const format = "--format=JobID,State,ExitCode,ElapsedRaw,NodeList";
  try {
    const text = await slurm("sacct", ["--noheader", "--parsable2", "--allocations", format, `--jobs=${ids}`], options);
    return rows(text).map(([id, state, codes, seconds, nodes]) => ({
      id,
      state: stateName(state),
      reason: "",
      nodes: nodes.startsWith("None") ? "" : nodes,
      seconds: Number(seconds),
      ...codesOf(codes),
    }));
  } catch (error) {
    if (error instanceof SlurmError && !error.transient) return []; // accounting is off, or not for us
    throw error;
  }
}

function codesOf(codes: string): Pick<JobState, "exitCode" | "signal"> {
  const [exitCode, signal] = codes.split(":").map(Number);
  return { exitCode, signal };
}

function baseOf(id: string): string {
  return id.split("_")[0];
}

/** Seconds of `2-03:04:05`, `03:04:05` or `04:05`; 0 of anything else. */
function secondsOf(time: string): number {
  const [, days = 0, hours = 0, minutes, seconds] = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(time) ?? [];
  return minutes === undefined
    ? 0
    : ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

function rows(text: string): string[][] {
  return text.split("\n").filter((line) => line.includes("|")).map((line) =>
    line.split("|").map((cell) => cell.trim())
  );
}

/** Variables by which users change what these programs list and how; those of sbatch are the users' to set. */
const LISTING = /^(SQUEUE|SINFO|SCANCEL|SACCT|SCONTROL)_|^SLURM_TIME_FORMAT$|^SBATCH_(WAIT|ARRAY_INX|TEST_ONLY)$/;

async function call(
  program: string,
  args: readonly string[],
  input?: string,
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const env = Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !LISTING.test(name)));
  const child = new Deno.Command(program, {
    args: [...args],
    env,
    clearEnv: true,
    cwd: "/",
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    // A program that refuses its options does not read.
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  }
  const { success, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { success, stdout: text(stdout), stderr: text(stderr) };
}
