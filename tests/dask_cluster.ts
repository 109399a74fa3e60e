/**
 * A Dask cluster of the tests' own, of the `distributed` in .venv: a scheduler and workers, started and stopped by the tests
 * that need it.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWatchdog, type Watchdog } from "../backends/watchdog.ts";
import { processesWith } from "./process_list.ts";
import { python } from "./python.ts";

/** Where the tests cannot start a cluster: the reason. */
export function noDask(): string | undefined {
  const { path, reason } = python();
  if (!path) return reason;
  const { success } = new Deno.Command(path, {
    args: ["-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('distributed') is None)"],
    stdout: "null",
    stderr: "null",
  }).outputSync();
  return success ? undefined : `${path} has no distributed (pip install -r tests/python/requirements.txt)`;
}

/** How a cluster is started. */
export interface DaskClusterOptions {
  /** The port on which the scheduler listens (default: a free one). */
  readonly port?: number;
  /** Names of its workers, each a process with one thread (default: "a" and "b"). */
  readonly workers?: readonly string[];
  /** The Python that runs the scheduler and the workers (default: that of the tests). */
  readonly python?: string;
  /** Variables of the scheduler and the workers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Certificates with which scheduler and workers speak TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** A cluster that runs. */
export class DaskCluster implements AsyncDisposable {
  /** Its folder. */
  readonly folder: string;
  /** Where the scheduler listens. */
  readonly address: string;
  readonly #options: DaskClusterOptions;
  readonly #watchdog: Watchdog;
  readonly #processes = new Map<string, Deno.ChildProcess>();

  private constructor(folder: string, port: number, options: DaskClusterOptions) {
    this.folder = folder;
    this.address = `${options.tls ? "tls" : "tcp"}://127.0.0.1:${port}`;
    this.#options = options;
    // Whoever ends the tests by SIGKILL leaves nothing behind either.
    this.#watchdog = startWatchdog(["/bin/sh", "-c", KILL_ALL, "sh", folder]);
  }

  /** Starts a scheduler and its workers, and waits until they are there. */
  static async start(options: DaskClusterOptions = {}): Promise<DaskCluster> {
    const folder = await mkdtemp(join(tmpdir(), "morlet-dask-"));
    const cluster = new DaskCluster(folder, options.port ?? freePort(), options);
    try {
      await cluster.startScheduler();
      await Promise.all((options.workers ?? ["a", "b"]).map((name) => cluster.startWorker(name)));
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** Starts the scheduler (again), with the cluster's variables or with others. */
  async startScheduler(env = this.#options.env): Promise<void> {
    const port = new URL(this.address.replace(/^\w+/, "http")).port;
    const args = ["scheduler", "--host", "127.0.0.1", "--port", port, "--dashboard-address", "127.0.0.1:0"];
    await this.#start("scheduler", args, /Scheduler at:/, env);
  }

  /** Starts a worker with one thread, under a nanny that starts it again when it dies, with the cluster's variables or with others. */
  async startWorker(name: string, env = this.#options.env): Promise<void> {
    const args = ["worker", this.address, "--name", name, "--nthreads", "1", "--local-directory", this.folder];
    await this.#start(name, [...args, "--host", "127.0.0.1", "--no-dashboard"], /Registered to:/, env);
  }

  /** Ends a process of the cluster, as a machine does that fails. */
  async kill(name: string): Promise<void> {
    const process = this.#processes.get(name);
    if (!process) return;
    this.#processes.delete(name);
    signal(process.pid, "SIGKILL"); // a worker ends when its nanny is gone, too
    await process.status;
  }

  /** Command lines of the shards that run on its workers. */
  shards(): string[] {
    return processesWith("morlet-", this.folder).filter((line) => line.endsWith(" tied "));
  }

  /** Waits until so many shards run, or are all gone. */
  async untilShards(wanted: (count: number) => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (!wanted(this.shards().length)) {
      if (Date.now() > deadline) throw new Error(`Shards that run: ${this.shards().join("; ") || "none"}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  /** What the scheduler or a worker has written. */
  async log(name: string): Promise<string> {
    return await readFile(join(this.folder, `${name}.log`), "utf8").catch(() => "");
  }

  /** Process id of the scheduler. */
  get scheduler(): number {
    return this.#processes.get("scheduler")!.pid;
  }

  /** Process ids of a worker, without its nanny. */
  pids(name: string): number[] {
    const nanny = this.#processes.get(name)!.pid;
    return childrenOf(nanny).filter((pid) => commandLine(pid).includes("spawn_main"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const processes = [...this.#processes.values()];
    this.#processes.clear();
    for (const { pid } of processes) signal(-pid, "SIGKILL"); // with the workers of a nanny
    await Promise.all(processes.map(({ status }) => status));
    await this.#watchdog[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  async #start(name: string, args: readonly string[], ready: RegExp, env = this.#options.env): Promise<void> {
    const { tls } = this.#options;
    const security = tls ? ["--tls-ca-file", tls.ca, "--tls-cert", tls.cert, "--tls-key", tls.key] : [];
    const log = join(this.folder, `${name}.log`);
    await rm(log, { force: true }); // what was said before is not the answer
    const process = new Deno.Command("sh", {
      args: ["-c", 'exec "$@" 2>"$0"', log, this.#options.python ?? python().path!, "-m", "dask", ...args, ...security],
      env: { ...env, DASK_TEMPORARY_DIRECTORY: this.folder },
      cwd: this.folder,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    this.#processes.set(name, process);
    let ended = false;
    void process.status.then(() => ended = true);
    const deadline = Date.now() + 60_000;
    while (!ready.test(await this.log(name))) {
      if (ended || Date.now() > deadline) throw new Error(`dask ${args[0]} did not start: ${await this.log(name)}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }
}

/** Ends what has the folder in its environment, which shards inherit from the workers. */
const KILL_ALL = `cd /proc
for p in [0-9]*; do
  if grep -qzs "^DASK_TEMPORARY_DIRECTORY=$1$" $p/environ; then kill -9 $p; fi
done
rm -rf "$1"`;

/** A port that nothing listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** The processes that a process has started. */
export function childrenOf(pid: number): number[] {
  const lists = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) =>
    Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`)
  );
  return lists.join(" ").trim().split(/\s+/).filter(Boolean).map(Number);
}

/** The command line of a process; empty where it has ended. */
export function commandLine(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
