import { Buffer } from "node:buffer";
import { BackendUnavailableError } from "../backend.ts";
import type { DaskConfig } from "../dask_config.ts";
import type { Span } from "../task.ts";
import { noPython } from "./missing_python.ts";
import bridgeSource from "./bridge.py" with { type: "text" };
import shardSource from "./shard.py" with { type: "text" };

/** What a bridge says of the cluster that it has reached. */
export interface DaskCluster {
  /** The scheduler's address. */
  readonly scheduler: string;
  /** The version of `distributed`, which is the same everywhere. */
  readonly distributed: string;
  /** The Python of the bridge. */
  readonly python: string;
  /** Threads of all workers. */
  readonly threads: number;
  /** Addresses of the workers. */
  readonly workers: readonly string[];
}

/** What a bridge is told about a job. */
export type DaskOrder =
  | { readonly op: "begin"; readonly file: string; readonly plan: string }
  | { readonly op: "submit"; readonly shard: number; readonly attempt: number; readonly command: readonly string[] }
    & Span
  | { readonly op: "end" };

/** Why a shard has no result. */
export type DaskFailure = "no-deno" | "version" | "process" | "killed" | "cancelled" | "exception";

/** A shard that has no result. */
export interface DaskFailed {
  /** Its number. */
  readonly shard: number;
  /** Why, in a word. */
  readonly kind: DaskFailure;
  /** Why, in words. */
  readonly why: string;
  /** What to do about it, where the bridge knows. */
  readonly remedy?: string;
}

/** What it answers. */
export type DaskEvent =
  | { readonly event: "begun"; readonly threads: number }
  | { readonly event: "progress"; readonly shard: number; readonly done: number }
  | { readonly event: "result"; readonly shard: number; readonly result: string }
  | { readonly event: "failed" } & DaskFailed
  | { readonly event: "ended" }
  /** The scheduler or the bridge is gone, and all that ran with it. */
  | { readonly event: "lost"; readonly why: string };

/** Runs the program that comes as the first line of the input, so that there need not be a file of it. */
const LOADER = "import json, sys; exec(compile(json.loads(sys.stdin.buffer.readline()), sys.argv[1], 'exec'))";
/** Characters of the bridge's error stream that are kept to tell how it ended. */
const LAST_WORDS = 2000;
/** Milliseconds that a bridge gets to stop what it has started. */
const GRACE = 30_000;

/** The Python process that talks to Dask, by Dask's own client. It ends with this program, however that ends. */
export class DaskBridge {
  /** Settles when the cluster has been reached. @throws {BackendUnavailableError} If it cannot be. */
  readonly connected: Promise<DaskCluster>;
  readonly #connected = Promise.withResolvers<DaskCluster>();
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #ended: Promise<void>;
  readonly #jobs = new Map<string, (event: DaskEvent) => void>();
  #lost: string | undefined;
  #lastWords = "";

  /** Starts a bridge, which connects at once. @throws {BackendUnavailableError} If there is no Python. */
  constructor(readonly config: DaskConfig) {
    this.connected = this.#connected.promise;
    this.connected.catch(() => {});
    this.#child = startPython(pythonOf(config));
    this.#input = this.#child.stdin.getWriter();
    this.#ended = this.#watch();
    this.#send(`${shardSource}\n${bridgeSource}`);
    const { address, tls_ca_file, tls_client_cert, tls_client_key, connect_timeout } = config;
    const tls = tls_ca_file && { tls_ca_file, tls_client_cert, ...(tls_client_key ? { tls_client_key } : {}) };
    const n_workers = config.n_workers ?? navigator.hardwareConcurrency;
    this.#send({ address, tls, connect_timeout, n_workers, shard: shardSource });
  }

  /** Whether the scheduler and the bridge are still there. */
  get usable(): boolean {
    return this.#lost === undefined;
  }

  /** Whether this program stays alive for it. */
  hold(on: boolean): void {
    if (on) this.#child.ref();
    else this.#child.unref();
  }

  /** Opens a job: what it answers goes to `listen`. */
  open(job: string, listen: (event: DaskEvent) => void): void {
    this.#jobs.set(job, listen);
    if (this.#lost !== undefined) queueMicrotask(() => listen({ event: "lost", why: this.#lost! }));
  }

  /** Forgets a job. */
  forget(job: string): void {
    this.#jobs.delete(job);
  }

  /** Sends an order. Does nothing once the bridge is gone, which its jobs have been told. */
  order(job: string, order: DaskOrder): void {
    this.#send({ job, ...order });
  }

  /** Stops all that it has started, and the bridge. */
  async close(): Promise<void> {
    this.hold(true);
    const late = setTimeout(() => this.kill(), GRACE);
    await this.#input.close().catch(() => {});
    await this.#ended;
    clearTimeout(late);
  }

  /** Ends the bridge at once. Its scheduler then drops what it had submitted. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has just ended by itself */ }
  }

  #send(message: unknown): void {
    // A pipe that breaks means that the bridge ends, which #watch tells better.
    void this.#input.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`)).catch(() => {});
  }

  async #watch(): Promise<void> {
    const [status] = await Promise.all([this.#child.status, this.#listen(), this.#listenToErrors()]);
    await this.#input.close().catch(() => {});
    const how = status.signal ? `was ended by ${status.signal}` : `exited with code ${status.code}`;
    const words = this.#lastWords.trim().split("\n").at(-1);
    this.#lose(`The Python process that talks to Dask ${how}${words ? `. Its last words: ${words}` : ""}`);
  }

  #lose(why: string): void {
    this.#lost ??= why;
    const remedy = "Run it again; if it ends again, its last words tell why";
    this.#connected.reject(new BackendUnavailableError("dask", { reason: why, remedy }));
    for (const listen of this.#jobs.values()) listen({ event: "lost", why });
  }

  async #listen(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = text.split("\n");
      lines[0] = rest + lines[0];
      rest = lines.pop()!;
      for (const line of lines) this.#hear(JSON.parse(line));
    }
  }

  #hear({ job, ...event }: { job?: string; event: string }): void {
    const heard = event as DaskEvent | { event: "connected" } & DaskCluster | { event: "refused" } & Refusal;
    if (heard.event === "connected") return this.#connected.resolve(heard);
    if (heard.event === "refused") {
      return this.#connected.reject(
        new BackendUnavailableError("dask", { reason: heard.why, remedy: heard.remedy }),
      );
    }
    if (heard.event === "lost") {
      this.#lose(heard.why);
      return this.kill(); // another one starts afresh
    }
    this.#jobs.get(job!)?.(heard);
  }

  async #listenToErrors(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    }
  }
}

function startPython(python: string): Deno.ChildProcess {
  try {
    return new Deno.Command(python, {
      args: ["-c", LOADER, "morlet-dask-bridge"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true, // Ctrl-C is for this program, which then cancels its jobs in order
    }).spawn();
  } catch (error) {
    throw noPython(python, error);
  }
}

interface Refusal {
  readonly why: string;
  readonly remedy: string;
}

/** The Python of a configuration. */
export function pythonOf({ python }: Pick<DaskConfig, "python">): string {
  if (python) return python;
  const environment = readVariable("VIRTUAL_ENV");
  if (!environment) return "python3";
  return Deno.build.os === "windows" ? `${environment}\\Scripts\\python.exe` : `${environment}/bin/python`;
}

function readVariable(name: string): string | undefined {
  return Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
    ? Deno.env.get(name)
    : undefined;
}

/** Bytes as they stand in a line. */
export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** What {@linkcode toText} wrote. */
export function toBytes(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
