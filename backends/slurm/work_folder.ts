import { mkdir, readdir, readFile, rename, rm, statfs, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { PackedTask } from "../shards/pack_task.ts";
import { sha256 } from "../shards/plan.ts";
import type { Span } from "../task.ts";

/** The most folders of one plan that several programs may use at the same time. */
const MOST = 100;
/** Characters of a shard's log that are told. */
const LAST_WORDS = 2000;
/** A file system with fewer bytes left counts as full. */
const FULL = 65_536;

/**
 * The shared folder of one job: the file and the plan that its shards read, and what they write. Its name follows from all that decides
 * the shards, so that a program started again finds what is there. Shard `i` of an array writes `i.token.part`, which becomes `i.result`,
 * and `i.token.log`; `i.token.failed-7` says that it exited with code 7.
 */
export class WorkFolder implements AsyncDisposable {
  /** Where it is. */
  readonly path: string;
  /** Its name: that of its shards' arrays, by which they are found again. */
  readonly name: string;
  readonly #lock: Deno.FsFile;

  private constructor(path: string, name: string, lock: Deno.FsFile) {
    this.path = path;
    this.name = name;
    this.#lock = lock;
  }

  /**
   * Makes the folder of a job, or takes the one that there is, unless another program is using it: then one beside.
   *
   * @throws {WorkFolderError} If it cannot be made.
   */
  static async open(parent: string, { file, plan, hash }: PackedTask, spans: readonly Span[]): Promise<WorkFolder> {
    const identity = sha256(new TextEncoder().encode(JSON.stringify([hash, spans]))).slice(0, 16);
    let path = resolve(parent);
    try {
      for (let copy = 1; copy <= MOST; copy++) {
        const name = `morlet-${identity}${copy > 1 ? `-${copy}` : ""}`;
        path = resolve(parent, name);
        await mkdir(path, { recursive: true });
        const lock = await lockFile(join(path, "lock"));
        if (!lock) continue;
        const folder = new WorkFolder(path, name, lock);
        try {
          await folder.#put("shard.js", file);
          await folder.#put("plan", plan);
        } catch (error) {
          lock.close();
          await rm(path, { recursive: true, force: true });
          throw error;
        }
        return folder;
      }
    } catch (cause) {
      throw new WorkFolderError(path, (cause as Error).message, cause);
    }
    throw new WorkFolderError(path, `${MOST} programs do the same work there already`);
  }

  /** The names of the files in it. */
  async list(): Promise<string[]> {
    try {
      return await readdir(this.path);
    } catch (cause) {
      throw new WorkFolderError(this.path, (cause as Error).message, cause);
    }
  }

  /** What a file holds; undefined where it has gone meanwhile. */
  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(join(this.path, name));
    } catch (cause) {
      if ((cause as { code?: string }).code === "ENOENT") return undefined;
      throw new WorkFolderError(this.path, (cause as Error).message, cause);
    }
  }

  /** Removes a file. */
  async drop(name: string): Promise<void> {
    await rm(join(this.path, name), { force: true });
  }

  /** The end of a shard's log. */
  async lastWords(shard: string): Promise<string> {
    const bytes = await this.read(`${shard}.log`);
    return bytes ? new TextDecoder().decode(bytes.subarray(-LAST_WORDS)).trim() : "";
  }

  /** Whether nothing more can be written to it. */
  async isFull(): Promise<boolean> {
    const { bavail, bsize } = await statfs(this.path);
    return bavail * bsize < FULL;
  }

  /** Removes it. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Lets others use it. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#lock.close();
    return Promise.resolve();
  }

  /** Puts a file there whole, unless it is there. */
  async #put(name: string, bytes: Uint8Array): Promise<void> {
    const old = await this.read(name);
    if (old && sha256(old) === sha256(bytes)) return;
    await writeFile(join(this.path, `${name}.new`), bytes);
    await rename(join(this.path, `${name}.new`), join(this.path, name));
  }
}

/** Takes the lock, which ends with this process; undefined where another has it. */
async function lockFile(path: string): Promise<Deno.FsFile | undefined> {
  const file = await Deno.open(path, { create: true, write: true });
  try {
    if (await file.tryLock(true)) return file;
  } catch {
    return file; // a file system without locks: there is one client, as a rule
  }
  file.close();
}

/** Thrown when the folder that shards share cannot be used. */
export class WorkFolderError extends Error {
  /** Names the class. */
  override readonly name = "WorkFolderError";
  /** The folder. */
  readonly folder: string;

  /** Names the folder, what is wrong, and the remedy. */
  constructor(folder: string, reason: string, cause?: unknown) {
    super(
      `Cannot use the work folder ${folder}: ${reason}. ` +
        'Name a folder by "work_dir" that all nodes see, in which you may write and where there is room',
      { cause },
    );
    this.folder = folder;
  }
}
