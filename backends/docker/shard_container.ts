import { dirname } from "node:path";
import { BackendUnavailableError } from "../backend.ts";
import { engineCommand } from "../container_engine.ts";
import { containerOptions, secretVariables } from "../container_options.ts";
import type { DockerConfig } from "../docker_config.ts";
import { frames } from "../frames.ts";
import { shardArguments } from "../shards/pack_task.ts";
import type { PackedTask } from "../shards/pack_task.ts";
import { readShardMessage } from "../shards/shard_stream.ts";
import { hideSecrets } from "../secrets.ts";
import { signalOf } from "../shell_code.ts";
import type { Span } from "../task.ts";
import { killGroup } from "../watchdog.ts";

/** By which the containers of a job are found again. */
export const JOB_LABEL = "morlet.job";
/** Where a container sees the file that it runs. */
const PROGRAM = "/morlet-shard.js";
/** What engines say of a program that is not there, or may not be executed: `exec: "deno": ...` (runc), `executable file ...` (crun). */
const CANNOT_START = /\bexec(: |utable file )/;
/** Characters of a container's error stream that are kept to tell how it ended. */
const LAST_WORDS = 2000;

/** What all containers of a job have in common. */
export interface ContainerJob {
  readonly config: DockerConfig;
  /** The image, which is there. */
  readonly image: string;
  /** What travels. */
  readonly packed: PackedTask;
  /** The packed file on this machine, in a folder of the job's own. */
  readonly file: string;
  /** How many threads a container has. */
  readonly cores: number;
  /** The label of the job's containers. */
  readonly label: string;
  /** Ends them when it aborts. */
  readonly signal: AbortSignal;
}

/**
 * Runs a shard in a container of its own, which is removed before this settles, however that ends.
 *
 * @param onDone Told how many simulations are done.
 * @returns The result as the shard wrote it.
 * @throws {BackendUnavailableError} If the image has no Deno.
 * @throws {ContainerLostError} If the container ended without a result.
 */
export async function runShard(job: ContainerJob, span: Span, onDone: (done: number) => void): Promise<Uint8Array> {
  const { config, signal } = job, { engine } = config;
  const name = `morlet-${crypto.randomUUID()}`;
  let removing: Promise<unknown> | undefined;
  const remove = () =>
    removing ??= engineCommand(engine, ["rm", "--force", "--volumes", name]).catch(() => {/* the engine is gone */});
  try {
    // Made first and started then, as only what is there for certain can be removed for certain.
    const made = await engineCommand(engine, createArguments(job, span, name), secretVariables(config.env_vars));
    if (!made.success) {
      throw new ContainerLostError(`The engine "${engine}" made no container: ${lastLine(made.stderr)}`);
    }
    signal.throwIfAborted();
    const { result, words } = await attach(job, name, remove, onDone);
    signal.throwIfAborted();
    return result ?? await explain(job, name, hideSecrets(words, config));
  } finally {
    await remove();
  }
}

function createArguments({ config, image, packed, file, cores, label }: ContainerJob, span: Span, name: string) {
  const { deno = "deno", env_vars, volumes, permissions } = config;
  return [
    ...["create", "--name", name, "--label", label, "--interactive", "--pull", "never", "--stop-timeout", "0"],
    ...["--read-only", "--log-driver", "none"], // what it writes is followed here, and kept nowhere
    ...volumes.some((volume) => volume.split(":")[1] === "/tmp") ? [] : ["--tmpfs", "/tmp"],
    ...containerOptions(config, { HOME: "/tmp", ...env_vars }), // a user that the image does not know has no home
    // As a mount, it is an error where the engine cannot see the file; as a volume, it would be an empty folder.
    ...["--mount", `type=bind,source=${file},target=${PROGRAM},readonly`],
    ...volumes.flatMap((mount) => ["--volume", mount]),
    ...["--entrypoint", deno, image, ...shardArguments(PROGRAM, packed.hash, permissions)],
    // Tied to its input, it ends with this program.
    ...[span.start, span.count, cores].map(String),
    "tied",
  ];
}

/** Starts a container and follows it until it has a result, or ends. */
async function attach(
  { config: { engine }, packed, file, signal }: ContainerJob,
  name: string,
  remove: () => Promise<unknown>,
  onDone: (done: number) => void,
): Promise<{ result?: Uint8Array; words: string }> {
  const client = new Deno.Command(engine, {
    // Podman would take two of the plan's bytes for its keys to let go.
    args: ["start", "--attach", "--interactive", ...engine === "podman" ? ["--detach-keys="] : [], name],
    cwd: dirname(file), // where Podman notes that memory was short
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true, // Ctrl-C is for this program, which then cancels its jobs in order
  }).spawn();
  let ended = false;
  const end = async () => {
    await remove();
    if (!ended) killGroup(client.pid); // where the engine is gone, its client is to go as well
  };
  const onAbort = () => void end();
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const input = client.stdin.getWriter();
  input.write(packed.plan).catch(() => {/* it has ended, which its output tells better */});
  const words = readEnd(client.stderr);
  const output = await readResultOf(client.stdout, onDone).catch((cause) =>
    new ContainerLostError(`The container's output is no shard's: ${cause}`, { cause })
  );
  signal.removeEventListener("abort", onAbort);
  if (output) await end();
  await input.abort().catch(() => {/* it has ended */});
  await client.status;
  ended = true;
  if (output instanceof ContainerLostError) throw output;
  return { result: output, words: await words };
}

/** A shard's result, which it writes after its progress; undefined where it ends before. */
async function readResultOf(
  output: ReadableStream<Uint8Array>,
  onDone: (done: number) => void,
): Promise<Uint8Array | undefined> {
  for await (const message of frames(output)) {
    const said = readShardMessage(message);
    if ("result" in said) return said.result;
    onDone(said.done);
  }
  return undefined;
}

/** The end of what a stream says. */
async function readEnd(stream: ReadableStream<Uint8Array>): Promise<string> {
  let end = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) end = (end + decoder.decode(bytes, { stream: true })).slice(-LAST_WORDS);
  return end.trim();
}

/** Throws, with the reason that the engine knows, that a container has ended without a result. */
async function explain({ config, image }: ContainerJob, name: string, words: string): Promise<never> {
  const { engine, memory, deno = "deno" } = config;
  const { success, stdout } = await engineCommand(engine, [
    "inspect",
    "--format",
    "{{.State.OOMKilled}} {{.State.ExitCode}} {{.State.Status}}",
    name,
  ]);
  const [oom, code, status] = success ? stdout.split(" ") : [];
  if (status === "created" && CANNOT_START.test(words)) {
    throw new BackendUnavailableError("docker", {
      reason: `The image ${image} cannot start "${deno}": ${lastLine(words)}`,
      remedy:
        `Take an image with Deno, such as denoland/deno:${Deno.version.deno}, or let the field deno name its place there`,
    });
  }
  const how = code === undefined
    ? `is gone, or the engine "${engine}" is`
    : status === "created"
    ? "could not be started"
    : status === "running"
    ? `could not be followed any longer by the program "${engine}"`
    : ending(Number(code), oom === "true", memory);
  throw new ContainerLostError(`The container ${how}${words ? `. Last words: ${words}` : ""}`);
}

function ending(code: number, oom: boolean, memory: string | undefined): string {
  const signal = signalOf(code), limit = memory === undefined ? "" : `, of which it may use ${memory}`;
  if (oom) return `ran out of memory${limit}, and exited with code ${code}`;
  const why = signal === "SIGKILL" && limit ? `, perhaps for want of memory${limit}` : ""; // Podman may not know
  return `exited with code ${code}${signal ? ` (${signal})` : ""}, without a result${why}`;
}

function lastLine(words: string): string {
  return words.split("\n").at(-1)!;
}

/** Thrown when a container ended without a result. Another one may fare better. */
export class ContainerLostError extends Error {
  /** Names the class. */
  override readonly name = "ContainerLostError";
}
