import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { saveAtomically } from "../analysis/mod.ts";
import type { RunOutcome, RunTicket } from "../backends/mod.ts";
import type { ProcessorResult } from "./postprocessor.ts";
import type { Settings } from "./settings.ts";

/** What has been done in a workspace, as its `run.json` says. */
export interface RunRecord {
  /** Hash of what decides the results: model and seed. */
  readonly study: string;
  /** SHA-256 of each input, by its path in the workspace. */
  readonly inputs: Readonly<Record<string, string>>;
  /** When the workspace was made. */
  readonly generated: string;
  /** The run that goes on without the process that submitted it, until its end is known. */
  readonly submitted?: Pick<RunTicket, "id" | "submitted"> & { readonly backend: unknown };
  /** How the run ended, once it has succeeded. */
  readonly run?: { readonly finished: string; readonly backend: unknown } & Omit<RunOutcome, "stdout" | "stderr">;
  /** What postprocessors have done, by the hash of their configuration. */
  readonly postprocess?: Readonly<
    Record<string, { readonly type: string; readonly finished: string } & ProcessorResult>
  >;
}

/** Thrown when a workspace cannot be used as asked. */
export class WorkspaceError extends Error {
  /** Names the class. */
  override readonly name = "WorkspaceError";
  /** The workspace's folder. */
  readonly workspace: string;
  /** What is in the way: it is finished, in use, made of another study, not ours, or not there yet. */
  readonly reason: "finished" | "locked" | "changed" | "foreign" | "missing";

  /** Names the folder, what is in the way, and the remedy. */
  constructor(workspace: string, reason: WorkspaceError["reason"], message: string) {
    super(`Cannot use the workspace ${workspace}: ${message}`);
    this.workspace = workspace;
    this.reason = reason;
  }
}

const RECORD = "run.json", SETTINGS = "settings.json", LOCK = ".lock";

/** A run's folder: inputs, settings, logs, outputs, and the record of what has been done. */
export class Workspace {
  /** The folder. */
  readonly path: string;
  #lock: Deno.FsFile | undefined;
  #holders = 0;

  /** Names a folder. Nothing is made yet. */
  constructor(path: string) {
    this.path = path;
  }

  /** The path of something in it. */
  at(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /**
   * Keeps others out until the result is disposed of. The system frees the lock of a process that ends, however it ends.
   *
   * @throws {WorkspaceError} If another has it, or the folder is not a workspace.
   */
  async lock(): Promise<AsyncDisposable> {
    if (this.#holders++ === 0) {
      try {
        await this.#requireOurs();
        await mkdir(this.path, { recursive: true });
        const file = await Deno.open(this.at(LOCK), { create: true, read: true, write: true });
        if (!await file.tryLock(true)) {
          file.close();
          throw new WorkspaceError(this.path, "locked", "another run is at work there");
        }
        this.#lock = file;
      } catch (error) {
        this.#holders--;
        throw error;
      }
    }
    let held = true;
    return {
      [Symbol.asyncDispose]: async () => {
        if (!held) return;
        held = false;
        if (--this.#holders > 0) return;
        await this.#lock?.unlock();
        this.#lock?.close();
        this.#lock = undefined;
      },
    };
  }

  /** What has been done; undefined before anything has. */
  async record(): Promise<RunRecord | undefined> {
    return await readJson<RunRecord>(this.at(RECORD));
  }

  /** Keeps what has been done. */
  async saveRecord(record: RunRecord): Promise<void> {
    await saveAtomically(this.at(RECORD), json(record));
  }

  /** What decides the results; undefined before the workspace is made. */
  async settings(): Promise<Settings | undefined> {
    return await readJson<Settings>(this.at(SETTINGS));
  }

  /** Keeps what decides the results. */
  async saveSettings(settings: Settings): Promise<void> {
    await saveAtomically(this.at(SETTINGS), json(settings));
  }

  /** Removes all that is in it but the lock. */
  async clear(): Promise<void> {
    for await (const { name } of Deno.readDir(this.path)) {
      if (name !== LOCK) await rm(this.at(name), { recursive: true, force: true });
    }
  }

  /** Removes it altogether. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  /** A folder with anything that we have not made is somebody else's. */
  async #requireOurs(): Promise<void> {
    const names: string[] = [];
    try {
      for await (const { name } of Deno.readDir(this.path)) names.push(name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    if (names.length === 0 || [LOCK, RECORD, SETTINGS].some((name) => names.includes(name))) return;
    throw new WorkspaceError(
      this.path,
      "foreign",
      "there is something in it that is not of a run. Choose another run_id",
    );
  }
}

/** Whether there is a file, which is not empty. */
export async function isFile(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
