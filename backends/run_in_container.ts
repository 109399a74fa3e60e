import { stat } from "node:fs/promises";
import { join } from "node:path";
import { containerUsage, engineCommand, ensureImage } from "./container_engine.ts";
import { containerOptions, secretVariables } from "./container_options.ts";
import type { DockerConfig } from "./docker_config.ts";
import { isOwn, ownCommand } from "./own_program.ts";
import { retryRun } from "./retry_run.ts";
import { runProcess } from "./run_process.ts";
import type { RunCommand, RunOutcome, RunRequest } from "./run_request.ts";
import { hideSecrets } from "./secrets.ts";
import { signalOf } from "./shell_code.ts";

/** Where a container sees the workspace. */
export const WORKSPACE = "/workspace";
/** Where images of Morlet hold its modules. */
const MORLET_ROOT = "file:///morlet/";
/** By which containers are found again: whose they are, and that they are not to stay. */
const LABEL = "morlet.workspace", REMOVE = "morlet.remove";
/** Exit code by which the engine says that it, not the command, has failed. */
const ENGINE_FAILED = 125;
/** Runs a command in a container. What it leaves in the workspace belongs to the caller. */
export async function runInContainer(config: DockerConfig, request: RunRequest): Promise<RunOutcome> {
  const { engine, timeout, retries = 0, remove_container } = config;
  const { workspace, signal } = request;
  await removeLeftOver(engine, workspace);
  const image = await ensureImage(config, request);
  return await retryRun(retries, signal, async () => {
    const name = `morlet-${crypto.randomUUID()}`;
    const remove = [engine, "rm", "--force", "--volumes", name] as const;
    let ended = false;
    try {
      const outcome = await runProcess({
        argv: [engine, ...await containerArguments(config, request, image, name)],
        cwd: "/",
        env: secretVariables(variables(config, request)),
        timeout: timeout * 1000,
        signal,
        logs: request.logs,
        clean: (text) => hideSecrets(text, config),
        onOutput: request.onOutput,
        ifOrphaned: remove,
        usage: containerUsage(engine, name),
        stop: async () => void await engineCommand(engine, ["kill", name]),
      });
      ended = !outcome.timedOut;
      return await explain(outcome, config, name);
    } finally {
      // One that was stopped is removed in any case; so is one that the engine could not start.
      if (remove_container || !ended) await engineCommand(engine, remove.slice(1));
    }
  }, ({ exitCode }) => exitCode === ENGINE_FAILED);
}

/** The engine's arguments that run the command: limits, user, network, mounts, variables by name. */
export async function containerArguments(
  config: DockerConfig,
  { command, workspace, readOnly, ...request }: RunRequest,
  image: string,
  name: string,
): Promise<string[]> {
  const { volumes, working_dir } = config;
  const there: string[] = [];
  for (const path of readOnly) if (await stat(join(workspace, path)).catch(() => undefined)) there.push(path);
  const mounts = [
    `${workspace}:${WORKSPACE}:rw`,
    ...there.map((path) => `${join(workspace, path)}:${WORKSPACE}/${path}:ro`),
    ...volumes,
    ...working_dir === undefined ? [] : [`${working_dir}:${working_dir}:rw`],
  ];
  const argv = commandLine(command, config);
  return [
    "run",
    "--name",
    name,
    "--label",
    `${LABEL}=${workspace}`,
    ...config.remove_container ? ["--label", REMOVE] : [],
    ...containerOptions(config, variables(config, { command, workspace, readOnly, ...request })),
    ...mounts.flatMap((mount) => ["--volume", mount]),
    "--workdir",
    working_dir ?? WORKSPACE,
    ...argv ? ["--entrypoint", argv[0]] : [],
    image,
    ...argv?.slice(1) ?? [],
  ];
}

function variables({ env_vars }: DockerConfig, { env }: RunRequest): Record<string, string> {
  // A user that the image does not know has no home.
  return { HOME: "/tmp", MORLET_WORKSPACE: WORKSPACE, ...env, ...env_vars };
}

/** What runs in the container; undefined where it is what the image runs by itself. */
function commandLine(command: RunCommand | undefined, { executable, mpiexec }: DockerConfig): string[] | undefined {
  const parallel = mpiexec?.trim().split(/\s+/) ?? [];
  if (isOwn(command)) return [...parallel, ...ownCommand(command, { deno: executable ?? "deno", root: MORLET_ROOT })];
  if (executable !== undefined) return [...parallel, ...executable.trim().split(/\s+/)];
  if (command === undefined) return undefined;
  return [...parallel, ...typeof command === "string" ? ["/bin/sh", "-c", command] : command];
}

/** Removes what an engine that failed, or a Morlet that was killed, has left of this workspace. */
async function removeLeftOver(engine: DockerConfig["engine"], workspace: string): Promise<void> {
  const filters = [`label=${LABEL}=${workspace}`, `label=${REMOVE}`].flatMap((filter) => ["--filter", filter]);
  const { stdout } = await engineCommand(engine, ["ps", "--all", "--quiet", ...filters]);
  const ids = stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await engineCommand(engine, ["rm", "--force", "--volumes", ...ids]);
}

/** Says in the outcome what the engine knows: that memory was short, that the engine failed, which signal ended the command. */
async function explain(
  outcome: Omit<RunOutcome, "attempts">,
  { engine, memory }: DockerConfig,
  name: string,
): Promise<Omit<RunOutcome, "attempts">> {
  if (outcome.success || outcome.timedOut) {
    return outcome.timedOut ? { ...outcome, reason: outcome.reason?.replace(`"${engine}"`, "The container") } : outcome;
  }
  const { success, stdout } = await engineCommand(engine, [
    "inspect",
    "--format",
    "{{.State.OOMKilled}} {{.State.ExitCode}} {{.State.Running}}",
    name,
  ]);
  const [oom, code, running] = success ? stdout.split(" ") : [];
  const last = outcome.stderr.trim().split("\n").at(-1);
  if (!success || running === "true" || outcome.exitCode === ENGINE_FAILED) {
    const reason = `The engine "${engine}" failed while the container was to run${last ? `: ${last}` : ""}`;
    return { ...outcome, exitCode: ENGINE_FAILED, signal: null, reason };
  }
  const signal = signalOf(Number(code));
  if (oom === "true") {
    const limit = memory === undefined ? "" : `, of which it may use ${memory}`;
    return { ...outcome, exitCode: null, signal: "SIGKILL", reason: `The command ran out of memory${limit}` };
  }
  return signal
    ? { ...outcome, exitCode: null, signal, reason: `The command was ended by ${signal}` }
    : { ...outcome, reason: `The command exited with code ${outcome.exitCode}` };
}
