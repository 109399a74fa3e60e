/** Runs of commands as jobs, which go on without this process and can be followed from another. */
import { readFile, readlink, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { NothingSubmittedError, RunUnderWayError } from "../backend.ts";
import { isOwn, ownPlace } from "../own_program.ts";
import { contentHash } from "../provenance.ts";
import { retryRun } from "../retry_run.ts";
import { chooseCommand } from "../run_locally.ts";
import { openSinks, pump } from "../run_output.ts";
import type { OutputHandling, Sink } from "../run_output.ts";
import type { RunOutcome, RunRequest, RunTicket } from "../run_request.ts";
import { hideSecrets } from "../secrets.ts";
import type { SlurmConfig } from "../slurm_config.ts";
import { findJob, jobStates, SlurmError, submitJob } from "./commands.ts";
import { endJob, followJob } from "./follow_job.ts";
import type { JobEnd } from "./follow_job.ts";
import { outcomeOf } from "./job_outcome.ts";
import { beginRecord, notesFolder, readRecord, removeRecord, saveRecord } from "./job_record.ts";
import type { JobRecord } from "./job_record.ts";
import { jobScript, parseEndNote } from "./job_script.ts";
import { sbatchOptions } from "./sbatch_options.ts";
import { describeState, hasEnded } from "./states.ts";
import { tailFile } from "./tail_file.ts";

/** A record whose job's number is known. */
type Submitted = JobRecord & { readonly id: string };

/** Runs a command as a job to its end. A job of the same command that this workspace has submitted before is followed, not repeated. */
export async function runOnSlurm(config: SlurmConfig, request: RunRequest): Promise<RunOutcome> {
  return await follow(config, request, await underWay(config, request));
}

/** Follows a job that was submitted from this workspace. */
export async function attachToSlurm(config: SlurmConfig, request: RunRequest): Promise<RunOutcome> {
  const record = await underWay(config, request);
  if (!record) throw new NothingSubmittedError(request.workspace);
  return await follow(config, request, record);
}

/** Submits a command as a job, unless that has been done, and tells how it stands. */
export async function submitToSlurm(config: SlurmConfig, request: RunRequest): Promise<RunTicket> {
  const record = await underWay(config, request) ?? await submit(config, request, 1);
  const state = (await jobStates([record.id], request)).get(record.id);
  return { ...ticketOf(record), status: state ? describeState(state) : "no longer known to the cluster" };
}

/** The job that this workspace has submitted and not yet been told the end of. */
async function underWay(config: SlurmConfig, request: RunRequest): Promise<Submitted | undefined> {
  const { logs, workspace, signal } = request;
  const record = await readRecord(logs);
  if (!record) return undefined;
  const id = record.id ?? await findJob(record.token, { signal });
  if (id !== undefined && record.cancelled) {
    await endJob(id);
  } else {
    if (id !== undefined && record.command === commandHash(config, request)) return { ...record, id };
    const state = id === undefined ? undefined : (await jobStates([id], { signal })).get(id);
    if (state && !hasEnded(state)) throw new RunUnderWayError(workspace, id!);
  }
  await removeRecord(logs, record);
}

/** Submits a job. What finds it again is kept before. */
async function submit(config: SlurmConfig, request: RunRequest, attempt: number): Promise<Submitted> {
  const { workspace, logs, env, signal } = request;
  const command = chooseCommand(request.command, config.command);
  const record = await beginRecord(logs, commandHash(config, request), attempt);
  const notes = notesFolder(logs, record), cwd = config.working_dir ?? workspace;
  const place = { ...ownPlace(), ...config.deno === undefined ? {} : { deno: config.deno } };
  const variables = { MORLET_WORKSPACE: workspace, ...env, ...config.env_vars };
  const script = jobScript({ command, cwd, env: variables, notes, place });
  const output = { output: join(notes, "stdout"), error: join(notes, "stderr") };
  const options = sbatchOptions(config, { chdir: cwd, ...output });
  try {
    const id = await submitJob(options, script, { token: record.token, signal });
    const submitted = { ...record, id };
    await saveRecord(logs, submitted);
    await request.onSubmitted?.(ticketOf(submitted));
    return submitted;
  } catch (error) {
    if (error instanceof SlurmError && error.transient) throw error; // if it was taken all the same, the next run finds it
    const id = error instanceof SlurmError ? undefined : await findJob(record.token);
    if (id !== undefined) await endJob(id);
    await removeRecord(logs, record);
    signal.throwIfAborted(); // with its own reason
    throw error;
  }
}

/** Follows a job, and those that are sent in its place where the cluster fails. */
async function follow(config: SlurmConfig, request: RunRequest, found?: Submitted): Promise<RunOutcome> {
  const { signal, logs } = request, first = found?.attempt ?? 1;
  let under: Submitted | undefined = found, next = first, transient = false;
  const attempt = async () => {
    const job = under ?? await submit(config, request, next);
    under = undefined;
    next++;
    try {
      const { transient: again, ...outcome } = await collect(config, request, job);
      transient = again;
      await removeRecord(logs, job);
      return outcome;
    } catch (error) {
      if (!signal.aborted) throw error; // the job goes on, and is found again
      await saveRecord(logs, { ...job, cancelled: true });
      await endJob(job.id);
      await removeRecord(logs, job);
      throw signal.reason;
    }
  };
  return await retryRun(config.retries, signal, attempt, () => transient, first);
}

/** Hands on what a job writes until it ends, and tells how it did. */
async function collect(
  config: SlurmConfig,
  { logs, signal, onStatus, onOutput }: RunRequest,
  job: Submitted,
): Promise<Omit<RunOutcome, "attempts"> & { readonly transient: boolean }> {
  const notes = notesFolder(logs, job), over = new AbortController(), left = new AbortController();
  const streams = ["stdout", "stderr"] as const;
  // A process that followed the job before this one may have collected some of it.
  for (const stream of streams) await cutBack(join(logs, `${stream}.log`), job.before[stream]);
  await using sinks = await openSinks({ logs });
  const handling = { logs, onOutput, clean: (text: string) => hideSecrets(text, config) };
  const reading = Promise.all(streams.map(async (stream) => {
    await pump(tailFile(join(notes, stream), over.signal), sinks[stream], handling, stream, left.signal);
  }));
  const ended = join(notes, "ended");
  const following = { timeout: config.timeout, ended, signal: AbortSignal.any([signal, left.signal]), onStatus };
  let end: JobEnd;
  try {
    // Output that cannot be kept must not be lost in silence.
    const lost = reading.then(() => new Promise<never>(() => {}));
    end = await Promise.race([followJob(job.id, following), lost]);
  } catch (error) {
    left.abort();
    await reading.catch(() => {});
    throw error;
  }
  over.abort();
  await reading;
  for (const stream of streams) await tellUnseen(join(notes, stream), sinks.stderr, handling);
  const note = await readFile(ended, "utf8").then(parseEndNote, () => undefined);
  return {
    ...outcomeOf(end, note, sinks.stderr.tail, config),
    stdout: sinks.stdout.tail,
    stderr: sinks.stderr.tail,
    logs: { stdout: sinks.stdout.path!, stderr: sinks.stderr.path! },
  };
}

/** Takes from a log file what follows after so many bytes. */
async function cutBack(path: string, size: number): Promise<void> {
  const now = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (now > size) await truncate(path, size);
}

/** Says where a job's output is, if not here: in a file that only its node sees. */
async function tellUnseen(path: string, errors: Sink, { onOutput }: OutputHandling): Promise<void> {
  const place = await readlink(path).catch(() => undefined);
  if (place === undefined || await stat(path).then(() => true, () => false)) return;
  const words = `What the job wrote to ${place} is not seen from here\n`;
  onOutput?.(words, "stderr");
  errors.tail += words;
  await errors.file!.writeFile(words);
}

function ticketOf({ id, submitted }: Submitted): RunTicket {
  return { id, submitted, status: "PENDING" };
}

/** What tells one command from another. Where it runs is not part of that. */
function commandHash({ command }: SlurmConfig, { command: ofRun, env }: RunRequest): string {
  return contentHash([isOwn(ofRun) ? [ofRun.module, ...ofRun.args] : command ?? ofRun, env]);
}
