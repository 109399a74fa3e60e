import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BackendUnavailableError } from "./backend.ts";
import { contentHash } from "./provenance.ts";
import type { DockerConfig } from "./docker_config.ts";
import { runProcess } from "./run_process.ts";
import type { RunRequest, RunUsage } from "./run_request.ts";
import { hideSecrets } from "./secrets.ts";

/** Milliseconds after which an engine that does not answer is given up. */
const PATIENCE = 60_000;
/** Characters of an engine's error stream that are kept to tell why it failed. */
const LAST_WORDS = 2000;

/** What an image is got for. */
export type ImageRequest = Pick<RunRequest, "workspace" | "signal" | "onOutput"> & { readonly logs?: string };

/** Runs the engine's program to its end, with variables beside those of this program. */
export async function engineCommand(
  engine: DockerConfig["engine"],
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ success: boolean; stdout: string; stderr: string }> {
  const { success, stdout, stderr } = await new Deno.Command(engine, {
    args: [...args],
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { success, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * The image of a configuration, which is there when this returns: pulled if it is missing, built if its Dockerfile, context or
 * arguments are not those of an image built before.
 */
export async function ensureImage(config: DockerConfig, request: ImageRequest): Promise<string> {
  const { engine, image } = config;
  if (image !== undefined) {
    if ((await engineCommand(engine, ["image", "inspect", image])).success) return image;
    const pulled = await engineStep(["pull", image], config, request, {});
    if (pulled === undefined) return image;
    throw new BackendUnavailableError("docker", {
      reason: `The image "${image}" is not there and cannot be pulled: ${pulled}`,
      remedy: `Check its name, build it from a dockerfile, or load it by ${engine} load`,
    });
  }
  const { dockerfile, build_args = {} } = config, context = config.build_context ?? dirname(dockerfile!);
  const tag = `morlet-build:${(await buildHash(dockerfile!, context, build_args)).slice(0, 20)}`;
  if ((await engineCommand(engine, ["image", "inspect", tag])).success) return tag;
  // By name alone: values would show in the table of processes.
  const args = Object.keys(build_args).flatMap((name) => ["--build-arg", name]);
  const failed = await engineStep(
    ["build", "--force-rm", "--tag", tag, "--file", dockerfile!, ...args, context],
    config,
    request,
    build_args,
  );
  if (failed === undefined) return tag;
  throw new BackendUnavailableError("docker", {
    reason: `The image of ${dockerfile} cannot be built: ${failed}`,
    remedy: request.logs === undefined
      ? `Build it by hand to see more: ${engine} build --file ${dockerfile} ${context}`
      : `The whole output is in ${join(request.logs, "image")}`,
  });
}

/** Runs a step before the container; its last line where it fails. */
async function engineStep(
  args: readonly string[],
  config: DockerConfig,
  request: ImageRequest,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  let words = ""; // of which an outcome has none where there are no logs
  const outcome = await runProcess({
    argv: [config.engine, ...args],
    cwd: request.workspace,
    env: { ...env },
    timeout: config.timeout * 1000,
    signal: request.signal,
    logs: request.logs && join(request.logs, "image"),
    clean: (text) => hideSecrets(text, config),
    onOutput(text, stream) {
      if (stream === "stderr") words = (words + text).slice(-LAST_WORDS);
      request.onOutput?.(text, stream);
    },
  });
  if (outcome.success) return undefined;
  return outcome.timedOut ? outcome.reason : words.trim().split("\n").at(-1) || outcome.reason;
}

interface IgnoreRules {
  add(rules: readonly string[]): IgnoreRules;
  ignores(path: string): boolean;
}

/** A hash over all that a build depends on: the Dockerfile, its arguments, and the files of its context that are not ignored. */
export async function buildHash(
  dockerfile: string,
  context: string,
  args: Readonly<Record<string, string>>,
): Promise<string> {
  // Its types call the module what is its default export.
  const module = await import("@balena/dockerignore") as unknown as { default: () => IgnoreRules };
  const rules = await readFile(`${dockerfile}.dockerignore`, "utf8").catch(() =>
    readFile(join(context, ".dockerignore"), "utf8").catch(() => "")
  );
  const filter = module.default().add(rules.split("\n"));
  const files: [string, string][] = [];
  async function visit(folder: string): Promise<void> {
    for (const entry of await readdir(join(context, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      // A folder that is ignored may hold files that are not, by a rule with "!" further down.
      if (entry.isDirectory() && (rules.includes("!") || !filter.ignores(path))) await visit(path);
      else if (entry.isFile() && !filter.ignores(path)) {
        files.push([path, createHash("sha256").update(await readFile(join(context, path))).digest("hex")]);
      }
    }
  }
  await visit("");
  files.sort(([a], [b]) => a < b ? -1 : 1);
  return contentHash([await readFile(dockerfile, "utf8"), Object.entries(args).sort(), files]);
}

/** What a container uses, as its control group tells where the engine is on this machine. */
export function containerUsage(
  engine: DockerConfig["engine"],
  name: string,
): () => Promise<Omit<RunUsage, "wallSeconds">> {
  let files: Promise<{ memory: string; cpu: string } | undefined> | undefined;
  return async () => {
    files ??= groupFiles(engine, name);
    const paths = await files;
    if (!paths) {
      files = undefined; // it has not started yet
      return {};
    }
    const [memory, cpu] = await Promise.all([readFile(paths.memory, "utf8"), readFile(paths.cpu, "utf8")]);
    const micro = /^usage_usec (\d+)$/m.exec(cpu);
    return { peakMemoryBytes: Number(memory), cpuSeconds: micro ? Number(micro[1]) / 1e6 : Number(cpu) / 1e9 };
  };
}

async function groupFiles(
  engine: DockerConfig["engine"],
  name: string,
): Promise<{ memory: string; cpu: string } | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const { stdout } = await engineCommand(engine, ["inspect", "--format", "{{.State.Pid}} {{.Id}}", name]);
  const [, pid, id] = /^([1-9]\d*) (\w+)$/.exec(stdout) ?? [];
  if (!pid) return undefined;
  const groups = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  // Only a group that bears the container's name is its own: at first it is in that of the whole machine.
  const of = (controller: string) =>
    new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*${id}.*)$`, "m").exec(groups)?.[1];
  const memory = of("memory"), cpu = of("cpuacct"), unified = of("");
  if (memory && cpu) {
    const root = "/sys/fs/cgroup";
    return { memory: `${root}/memory${memory}/memory.max_usage_in_bytes`, cpu: `${root}/cpuacct${cpu}/cpuacct.usage` };
  }
  return unified
    ? { memory: `/sys/fs/cgroup${unified}/memory.peak`, cpu: `/sys/fs/cgroup${unified}/cpu.stat` }
    : undefined;
}
