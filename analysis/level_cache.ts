import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { decode, encode } from "../backends/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";
import { saveAtomically } from "./save_atomically.ts";

/** Begins every file of the cache: what it is, and the version of the format. */
const MAGIC = new TextEncoder().encode("morlet-levels-1\n");
const DIGEST_BYTES = 32;

/** A folder of computed results, each under the hash of all that decides it. */
export class LevelCache {
  /** Where the files are. */
  readonly folder: string;

  /** Uses a folder. Nothing is made before something is kept. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Finds what was kept under a key. A file that is damaged, or is not ours, is set aside with a warning, and counts as missing.
   */
  async get(key: string): Promise<unknown> {
    const path = this.#path(key);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      if (code !== "ENOENT") console.warn(`Kept levels of significance cannot be read: ${message}`);
      return undefined;
    }
    const payload = bytes.subarray(MAGIC.length + DIGEST_BYTES);
    const head = [...MAGIC, ...createHash("sha256").update(payload).digest()];
    if (head.every((byte, i) => bytes[i] === byte)) {
      const entry = decode(payload) as { key: string; value: unknown };
      if (entry.key === key) return entry.value;
    }
    const aside = `${path}.damaged`;
    try {
      await rename(path, aside);
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return undefined; // another has set it aside
      throw error;
    }
    console.warn(`Set aside ${aside}: it is damaged or not one of ours. Its contents are computed anew`);
    return undefined;
  }

  /** Keeps a value under a key, with a warning where that fails: what was computed is not lost for it. The file appears whole or not at all, so that two processes do each other no harm. */
  async set(key: string, value: unknown): Promise<void> {
    const payload = encode({ key, value });
    const digest = createHash("sha256").update(payload).digest();
    const bytes = new Uint8Array(MAGIC.length + DIGEST_BYTES + payload.length);
    bytes.set(MAGIC);
    bytes.set(digest, MAGIC.length);
    bytes.set(payload, MAGIC.length + DIGEST_BYTES);
    try {
      await saveAtomically(this.#path(key), bytes);
    } catch (error) {
      console.warn(`Levels of significance are not kept for the next time: ${(error as Error).message}`);
    }
  }

  /** Removes the folder and all in it. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #path(key: string): string {
    return join(this.folder, `${key}.levels`);
  }
}

/** Checks the option that says where results are kept. @throws {InvalidArgumentError} If it is none of those. */
export function requireCache(option: unknown): void {
  if (typeof option === "boolean" || (typeof option === "string" && option !== "")) return;
  throw new InvalidArgumentError("cache", option, "true, false, or a folder");
}

/**
 * Opens the cache that an option asks for, if it may be used: without permission for the folder there is none, unless it was
 * asked for by name.
 *
 * @param option True for the user's cache folder, false for none, or a folder.
 */
export async function openCache(option: boolean | string): Promise<LevelCache | undefined> {
  if (option === false) return undefined;
  if (typeof option === "string") {
    await mkdir(option, { recursive: true }); // a folder that cannot be had is told before the work
    return new LevelCache(option);
  }
  try {
    const cache = new LevelCache(await userFolder());
    for (const name of ["read", "write"] as const) {
      const { state } = await Deno.permissions.query({ name, path: cache.folder });
      if (state !== "granted") return undefined;
    }
    return cache;
  } catch {
    return undefined; // the user's cache folder is not for us to know
  }
}

/**
 * Removes all cached levels of significance.
 *
 * @param folder The folder, where one was given to `cache` (default: Morlet's in the user's cache folder).
 */
export async function clearCache(folder?: string): Promise<void> {
  await new LevelCache(folder ?? await userFolder()).clear();
}

async function userFolder(): Promise<string> {
  // It looks up the home folder as soon as it is imported, which needs permission.
  const { default: envPaths } = await import("env-paths");
  return join(envPaths("morlet", { suffix: "" }).cache, "levels");
}
