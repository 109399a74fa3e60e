import { mkdir, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { OutputStream } from "./run_request.ts";

/** Characters of each stream that an outcome carries; the log files hold all. */
const TAIL = 64_000;
/** Characters of a line that are held back until its end comes. */
const LONGEST_LINE = 64_000;

/** What becomes of a run's output. */
export interface OutputHandling {
  /** The folder of its log files, if its output is kept. */
  readonly logs?: string;
  /** Takes what it writes. */
  onOutput?(text: string, stream: OutputStream): void;
  /** Changes what it writes, line by line, before anybody sees it: to hide secrets. */
  clean(text: string): string;
}

/** Where one of a run's streams goes. */
export interface Sink {
  /** The log file. */
  readonly path?: string;
  /** The end of what came. */
  tail: string;
  /** The open log file. */
  readonly file?: FileHandle;
}

/** Where a run's output goes. */
export type Sinks = Record<OutputStream, Sink> & AsyncDisposable;

/** Opens the log files, where output is kept: what earlier attempts wrote stays. */
export async function openSinks({ logs }: Pick<OutputHandling, "logs">): Promise<Sinks> {
  if (logs !== undefined) await mkdir(logs, { recursive: true });
  const sink = async (stream: OutputStream): Promise<Sink> => {
    if (logs === undefined) return { tail: "" };
    const path = join(logs, `${stream}.log`);
    return { path, tail: "", file: await open(path, "a") };
  };
  const sinks = { stdout: await sink("stdout"), stderr: await sink("stderr") };
  return {
    ...sinks,
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([sinks.stdout.file?.close(), sinks.stderr.file?.close()]);
    },
  };
}

/** Hands on what comes, by lines, so that a secret is never cut in two. */
export async function pump(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  sink: Sink,
  { clean, onOutput, logs }: OutputHandling,
  stream: OutputStream,
  signal: AbortSignal,
): Promise<void> {
  let rest = "";
  async function pass(text: string): Promise<void> {
    if (!text) return;
    const shown = clean(text);
    onOutput?.(shown, stream);
    if (logs === undefined) return;
    sink.tail = (sink.tail + shown).slice(-TAIL);
    await sink.file!.writeFile(shown);
  }
  for await (const text of source.pipeThrough(new TextDecoderStream(), { signal })) {
    rest += text;
    const lineEnd = Math.max(rest.lastIndexOf("\n"), rest.lastIndexOf("\r")) + 1;
    const cut = rest.length > LONGEST_LINE ? rest.length : lineEnd;
    await pass(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  await pass(rest);
}
