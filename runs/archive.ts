import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { z } from "zod";
import { saveAtomically } from "../analysis/mod.ts";
import { extendBaseConfig, VERSION } from "../backends/mod.ts";
import type { ConfigSchema } from "../backends/mod.ts";
import { outputNames } from "./noop.ts";
import type { PostprocessorDefinition, ProcessorConfig } from "./postprocessor.ts";

/** Configuration of the postprocessor `archive`. */
export interface ArchiveConfig extends ProcessorConfig {
  /** Names the postprocessor. */
  readonly type: "archive";
  /** The kind of archive (default "tar.gz"). */
  readonly format: "tar.gz" | "zip";
  /** Removes outputs and what was made of them, once the archive has been read back and found whole (default false). */
  readonly remove_originals: boolean;
}

/** Checks configurations of `archive`. */
export const ArchiveConfig: ConfigSchema<ArchiveConfig> = extendBaseConfig<ArchiveConfig>("archive", {
  format: z.enum(["tar.gz", "zip"], `must be "tar.gz" or "zip"`).default("tar.gz"),
  remove_originals: z.boolean("must be true or false").default(false),
});

/** What an archive holds: sizes in bytes and SHA-256 by path. */
interface Manifest {
  readonly run_id: string;
  readonly morlet: string;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

const MANIFEST = "manifest.json", FOLDER = "archive";
/** What was made by the run, and can be removed when it is archived. */
const MADE = ["outputs", "analysis", "figures"];

/** Packs a run, with a manifest, and reads the archive back before anything is removed. */
export const archive: PostprocessorDefinition<ArchiveConfig> = {
  name: "archive",
  description: "Packs a run as tar.gz or zip, with a manifest of SHA-256",
  schema: ArchiveConfig,
  async process({ workspace, settings: { run_id } }, { format, remove_originals }) {
    const names = (await outputNames(workspace)).filter((name) =>
      !name.startsWith(`${FOLDER}/`) && !name.startsWith("logs/archive") && ![".lock", MANIFEST].includes(name)
    );
    if (!names.some((name) => name.startsWith("outputs/"))) throw new Error("There are no outputs to archive");
    const files: Record<string, { bytes: number; sha256: string }> = {};
    for (const name of names) {
      const path = join(workspace, name);
      files[name] = { bytes: (await stat(path)).size, sha256: await digest(createReadStream(path)) };
    }
    const manifest: Manifest = { run_id, morlet: VERSION, files };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    const target = `${FOLDER}/${run_id}.${format}`, part = join(workspace, `${target}.part`);
    await mkdir(join(workspace, FOLDER), { recursive: true });
    try {
      await saveAtomically(join(workspace, MANIFEST), text);
      const { pack, unpack } = FORMATS[format];
      await pack(part, workspace, [MANIFEST, ...names]);
      await verify(manifest, await unpack(part));
      await rename(part, join(workspace, target));
    } finally {
      await rm(part, { force: true });
      await rm(join(workspace, MANIFEST), { force: true });
    }
    await saveAtomically(join(workspace, FOLDER, MANIFEST), text);
    const removed = remove_originals ? names.filter((name) => MADE.includes(name.split("/")[0])) : [];
    for (const name of removed) await rm(join(workspace, name));
    const { size } = await stat(join(workspace, target));
    return {
      message: `Packed ${names.length} files into ${target}${removed.length ? ` and removed ${removed.length}` : ""}`,
      files: [target, `${FOLDER}/${MANIFEST}`],
      detail: { bytes: size, removed },
    };
  },
};

/** SHA-256 of each entry of an archive, by path. */
type Digests = ReadonlyMap<string, string>;

const FORMATS: Record<ArchiveConfig["format"], {
  pack(path: string, folder: string, names: readonly string[]): Promise<void>;
  unpack(path: string): Promise<Digests>;
}> = {
  "tar.gz": {
    async pack(path, folder, names) {
      const { create } = await import("tar");
      // Portable leaves out who made it, so that the archive of the same files is the same.
      await create({ file: path, cwd: folder, gzip: true, portable: true, mtime: new Date(0) }, [...names]);
    },
    async unpack(path) {
      const { list } = await import("tar");
      const found = new Map<string, string>();
      await list({
        file: path,
        onReadEntry(entry) {
          const hash = createHash("sha256");
          entry.on("data", (chunk) => hash.update(chunk));
          entry.on("end", () => found.set(entry.path, hash.digest("hex")));
        },
      });
      return found;
    },
  },
  zip: {
    async pack(path, folder, names) {
      const { ZipWriter } = await import("@zip.js/zip.js");
      const file = Writable.toWeb(createWriteStream(path)) as WritableStream<Uint8Array>;
      const writer = new ZipWriter(file, { useWebWorkers: false, lastModDate: new Date("1980-01-01T00:00Z") });
      for (const name of names) {
        await writer.add(name, Readable.toWeb(createReadStream(join(folder, name))) as unknown as ReadableStream);
      }
      await writer.close();
    },
    async unpack(path) {
      const { BlobReader, Uint8ArrayWriter, ZipReader } = await import("@zip.js/zip.js");
      const { openAsBlob } = await import("node:fs");
      const reader = new ZipReader(new BlobReader(await openAsBlob(path)), {
        useWebWorkers: false,
        checkSignature: true,
      });
      const found = new Map<string, string>();
      for (const entry of await reader.getEntries()) {
        if (entry.directory) continue;
        found.set(
          entry.filename,
          createHash("sha256").update(await entry.getData(new Uint8ArrayWriter())).digest("hex"),
        );
      }
      await reader.close();
      return found;
    },
  },
};

function verify({ files }: Manifest, found: Digests): void {
  for (const [name, { sha256 }] of Object.entries(files)) {
    if (found.get(name) !== sha256) throw new Error(`The archive is not whole: ${name} differs when read back`);
  }
}

async function digest(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest("hex");
}
