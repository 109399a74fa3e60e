import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InvalidArgumentError } from "../random/mod.ts";

/** Writes a file that is not there yet, or with `force` one that is. @throws {InvalidArgumentError} If it is there. */
export async function writeNew(path: string, text: string, force = false): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: force ? "w" : "wx" });
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
    throw new InvalidArgumentError("output", path, "a file that is not there yet", {
      hint: "Give --force to overwrite it",
    });
  }
}
