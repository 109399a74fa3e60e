import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OutputStream } from "../run_request.ts";

/** What a workspace knows of the job that runs for it: enough for another process to find it, also if this one is killed. */
export interface JobRecord {
  /** By which the cluster finds the job whose number is not known yet. */
  readonly token: string;
  /** The job's number, once sbatch has told it. */
  readonly id?: string;
  /** Hash of the command and its variables. */
  readonly command: string;
  /** When it was submitted, as ISO 8601 in UTC. */
  readonly submitted: string;
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** Whether it was to be ended by its client, which may have been killed before it was. */
  readonly cancelled?: boolean;
  /** Bytes of the log files before the job: what follows is of the job, and is collected anew by whoever follows it. */
  readonly before: Readonly<Record<OutputStream, number>>;
}

/** The file, in the folder of logs. */
const NAME = "slurm-job.json";

/** The folder in which a job leaves word of itself. */
export function notesFolder(logs: string, { token }: Pick<JobRecord, "token">): string {
  return join(logs, `slurm-${token}`);
}

/** The record in a folder of logs; undefined where there is none. */
export async function readRecord(logs: string): Promise<JobRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(logs, NAME), "utf8")) as JobRecord;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Begins a record, with the folder that the job writes to, before the job is submitted. */
export async function beginRecord(logs: string, command: string, attempt: number): Promise<JobRecord> {
  const sizeOf = async (stream: OutputStream) =>
    (await stat(join(logs, `${stream}.log`)).catch(() => ({ size: 0 }))).size;
  const record: JobRecord = {
    token: crypto.randomUUID(),
    command,
    submitted: new Date().toISOString(),
    attempt,
    before: { stdout: await sizeOf("stdout"), stderr: await sizeOf("stderr") },
  };
  await mkdir(notesFolder(logs, record), { recursive: true });
  await saveRecord(logs, record);
  return record;
}

/** Keeps a record. */
export async function saveRecord(logs: string, record: JobRecord): Promise<void> {
  const path = join(logs, NAME);
  await writeFile(`${path}.part`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${path}.part`, path);
}

/** Removes a record, and what its job has left word of. */
export async function removeRecord(logs: string, record: JobRecord): Promise<void> {
  await rm(notesFolder(logs, record), { recursive: true, force: true });
  await rm(join(logs, NAME), { force: true });
}
