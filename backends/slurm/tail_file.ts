import { open } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

/** Milliseconds between two looks at a file that grows. */
const EVERY = 200;
/** Bytes read at a time. */
const AT_ONCE = 1 << 18;

/**
 * Reads a file as it grows, also one that is not there yet, and ends where the file does once its writer has ended.
 *
 * @param path The file.
 * @param writerEnded Aborts when nothing more is written.
 */
export function tailFile(path: string, writerEnded: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0, cancelled = false;
  return new ReadableStream({
    async pull(controller) {
      while (!cancelled) {
        const last = writerEnded.aborted;
        const bytes = await readFrom(path, offset);
        if (bytes.length > 0) {
          offset += bytes.length;
          return controller.enqueue(bytes);
        }
        if (last) return controller.close();
        await setTimeout(EVERY, undefined, { signal: writerEnded }).catch(() => {/* one look more */});
      }
    },
    cancel() {
      cancelled = true;
    },
  }, { highWaterMark: 0 });
}

/** What comes next in a file. It is opened each time, since file systems over a network look for news only then. */
async function readFrom(path: string, offset: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    await using file = await open(path, "r");
    const bytes = new Uint8Array(AT_ONCE);
    const { bytesRead } = await file.read(bytes, 0, AT_ONCE, offset);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return new Uint8Array();
    throw error;
  }
}
