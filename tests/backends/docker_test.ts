import assert from "node:assert/strict";
import { chown, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BackendUnavailableError,
  docker,
  DockerConfig,
  getBackend,
  JobCancelledError,
  loadBackendConfig,
} from "../../backends/mod.ts";
import type { RunOutcome, RunRequest } from "../../backends/mod.ts";
import { buildHash } from "../../backends/container_engine.ts";
import { containerArguments } from "../../backends/run_in_container.ts";
import { pipeline, StageError } from "../../runs/mod.ts";
import { importImage, noEngine, TestEngine } from "../container_engine.ts";
import { mark, processesWith } from "../process_list.ts";

const BASE = "morlet-test-base";
const reason = noEngine(), required = Deno.env.get("CI") === "true";
let engine: TestEngine;

/** Registers a test that needs an engine. */
function engineTest(name: string, fn: () => Promise<void>): void {
  const ignore = reason !== undefined && !required;
  Deno.test({ name: ignore ? `${name} (ignored: ${reason})` : name, ignore, fn });
}

Deno.test.beforeAll(async () => {
  if (reason) return;
  engine = await TestEngine.start();
  await importImage(BASE, engine.folder, { packages: true });
});

Deno.test.afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
});

async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "morlet-docker-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs with a configuration that may have a shorter timeout than users may ask for. */
async function run(
  workspace: string,
  command: RunRequest["command"],
  config: Partial<DockerConfig> = {},
  request: Partial<RunRequest> = {},
): Promise<RunOutcome> {
  const opened = await docker.open({ ...DockerConfig.parse({ image: BASE }), ...config });
  const { signal } = new AbortController();
  return await opened.run!({
    command,
    workspace,
    readOnly: [],
    env: {},
    logs: join(workspace, "logs"),
    signal,
    ...request,
  });
}

engineTest(
  "a command runs in a container, in the workspace, with its variables, and leaves nothing behind",
  async () => {
    await using dir = await folder();
    const env_vars = { WORD: "two words", DOCKER_HOST: "x" }; // the latter is the command's, not the engine's
    await using backend = getBackend("docker", { image: BASE, env_vars });
    const outcome = await backend.run(
      'echo "$WORD"; echo $DOCKER_HOST; echo $MORLET_WORKSPACE; echo made > made.txt; echo oops >&2',
      {
        workspace: dir.path,
      },
    );
    assert.deepEqual([outcome.success, outcome.exitCode, outcome.signal], [true, 0, null]);
    assert.equal(outcome.stdout, "two words\nx\n/workspace\n");
    assert.equal(outcome.stderr, "oops\n");
    assert.equal(await readFile(join(dir.path, "made.txt"), "utf8"), "made\n");
    assert.equal(await readFile(join(dir.path, "logs/stdout.log"), "utf8"), outcome.stdout);
    assert.deepEqual(await engine.containers(), []);
    const info = await backend.getInfo();
    assert.ok(info.availability.available && /Docker \d/.test(info.availability.detail!));
  },
);

engineTest("exit code and signal of the command are told", async () => {
  await using dir = await folder();
  const failed = await run(dir.path, "exit 3");
  assert.deepEqual([failed.success, failed.exitCode, failed.signal], [false, 3, null]);
  const killed = await run(dir.path, "/bin/sh -c 'kill -s SEGV $$'; exit $?");
  assert.deepEqual([killed.success, killed.exitCode, killed.signal], [false, null, "SIGSEGV"]);
});

engineTest("the user is the caller, or the one that is named, and owns the output", async () => {
  await using dir = await folder();
  assert.equal((await run(dir.path, "id -u")).stdout, `${Deno.uid()}\n`);
  await chown(dir.path, 1234, 2345);
  const other = await run(dir.path, "id -u; id -g; echo x > mine", { user: "1234:2345" });
  assert.equal(other.stdout, "1234\n2345\n");
  const { uid, gid } = await stat(join(dir.path, "mine"));
  assert.deepEqual([uid, gid], [1234, 2345]);
});

engineTest("limits, mounts, network and folder reach the engine", async () => {
  await using dir = await folder();
  await using other = await folder();
  await writeFile(join(other.path, "data"), "from outside");
  await writeFile(join(dir.path, "given"), "given");
  const command = [
    "cat /data/data; echo",
    "echo x 2>/dev/null > /data/new || echo the mount is read-only",
    "echo x 2>/dev/null > given || echo the input is read-only",
    "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null",
    "ls /sys/class/net",
    "pwd",
  ].join("; ");
  const { stdout } = await run(dir.path, command, {
    memory: "256m",
    cpu: 1,
    volumes: [`${other.path}:/data:ro`],
    working_dir: other.path,
  }, { readOnly: ["given", "not-there"] });
  assert.match(stdout, /^from outside\nthe mount is read-only\n/);
  assert.match(stdout, new RegExp(`^${256 * 2 ** 20}$`, "m"));
  assert.doesNotMatch(stdout, /eth0/);
  assert.match(stdout, new RegExp(`^${other.path}$`, "m"));
  const inside = await run(dir.path, "echo x > given", {}, { readOnly: ["given"] });
  assert.equal(inside.success, false);
  assert.equal(await readFile(join(dir.path, "given"), "utf8"), "given");
});

engineTest("a command that needs more memory than its limit is ended, and the outcome says so", async () => {
  await using dir = await folder();
  const code = "const all = []; while (true) all.push(new Uint8Array(1e7).fill(1));";
  const outcome = await run(dir.path, ["deno", "eval", code], { memory: "128m" });
  assert.equal(outcome.success, false);
  assert.match(outcome.reason!, /ran out of memory, of which it may use 128m|ended by SIGKILL/);
});

engineTest("a timeout kills and removes the container, also one that is to stay", async () => {
  await using dir = await folder();
  const outcome = await run(dir.path, `trap "" TERM; echo started; while true; do sleep 1; done`, {
    timeout: 5,
    remove_container: false,
  });
  assert.deepEqual([outcome.success, outcome.timedOut], [false, true]);
  assert.match(outcome.reason!, /time of 5 s was over/);
  assert.deepEqual(await engine.containers(), []);
});

engineTest("remove_container: false keeps a container that has ended by itself", async () => {
  await using dir = await folder();
  assert.ok((await run(dir.path, "exit 0", { remove_container: false })).success);
  const left = await engine.containers();
  assert.equal(left.length, 1);
  await new Deno.Command("docker", { args: ["rm", ...left], stdout: "null" }).output();
});

engineTest("cancelling a run removes its container", async () => {
  await using dir = await folder();
  await using backend = getBackend("docker", { image: BASE });
  const job = backend.run("echo started; sleep 1000", { workspace: dir.path, onOutput: () => job.cancel() });
  await assert.rejects(job, JobCancelledError);
  assert.deepEqual(await engine.containers(), []);
});

engineTest("secrets are in neither the arguments of processes nor the output", async () => {
  await using dir = await folder();
  const config = { ...DockerConfig.parse({ image: BASE }), env_vars: { API_TOKEN: "squeamish" } };
  const request = { workspace: dir.path, readOnly: [], env: {}, command: "true" } as unknown as RunRequest;
  assert.doesNotMatch((await containerArguments(config, request, BASE, "name")).join(" "), /squeamish/);
  const outcome = await run(dir.path, "echo the token is $API_TOKEN", { env_vars: config.env_vars });
  assert.equal(outcome.stdout, "the token is ***\n");
});

engineTest("executable and mpiexec stand before the command's own words", async () => {
  await using dir = await folder();
  const request = { workspace: dir.path, readOnly: [], env: {}, command: ["model", "--fast"] } as unknown as RunRequest;
  const words = async (config: Partial<DockerConfig>) =>
    (await containerArguments({ ...DockerConfig.parse({ image: BASE }), ...config }, request, BASE, "n")).join(" ");
  assert.match(await words({ mpiexec: "mpiexec -n 4" }), /--entrypoint mpiexec morlet-test-base -n 4 model --fast$/);
  assert.match(await words({ executable: "/bin/swan" }), /--entrypoint \/bin\/swan morlet-test-base$/);
});

engineTest("an image is built of a Dockerfile once, and anew when the context or the arguments change", async () => {
  await using dir = await folder();
  await using context = await folder();
  const dockerfile = join(context.path, "Dockerfile");
  await writeFile(dockerfile, `ARG BASE\nFROM \${BASE}\nARG WORD\nCOPY message /message\nENV WORD=\${WORD}\n`);
  await writeFile(join(context.path, "message"), "first\n");
  await writeFile(join(context.path, ".dockerignore"), "ignored\n");
  const build = (WORD: string) =>
    run(dir.path, "cat /message; echo $WORD", { image: undefined, dockerfile, build_args: { BASE, WORD } });
  assert.equal((await build("a")).stdout, "first\na\n");
  const before = await buildHash(dockerfile, context.path, { BASE, WORD: "a" });
  await writeFile(join(context.path, "ignored"), "of no consequence");
  assert.equal(await buildHash(dockerfile, context.path, { BASE, WORD: "a" }), before);
  await writeFile(join(context.path, "message"), "second\n");
  assert.equal((await build("a")).stdout, "second\na\n");
  assert.equal((await build("b")).stdout, "second\nb\n");
});

engineTest("a build that fails says why, and keeps its output", async () => {
  await using dir = await folder();
  const dockerfile = join(dir.path, "Dockerfile");
  await writeFile(dockerfile, `FROM ${BASE}\nRUN exit 9\n`);
  await assert.rejects(
    run(dir.path, "true", { image: undefined, dockerfile }),
    (error: Error) =>
      error instanceof BackendUnavailableError && /cannot be built: .*non-zero code: 9/.test(error.reason),
  );
  assert.match(await readFile(join(dir.path, "logs/image/stdout.log"), "utf8"), /RUN exit 9/);
});

engineTest("an image that is missing is told with a remedy", async () => {
  await using dir = await folder();
  await assert.rejects(
    run(dir.path, "true", { image: "localhost:1/morlet-no-such-image" }),
    (error: Error) =>
      error instanceof BackendUnavailableError && /is not there and cannot be pulled/.test(error.reason),
  );
});

engineTest("an engine whose program is missing, or whose daemon does not answer, is told with a remedy", async () => {
  const path = Deno.env.get("PATH")!, host = Deno.env.get("DOCKER_HOST")!;
  await using dir = await folder();
  try {
    Deno.env.set("DOCKER_HOST", `unix://${dir.path}/none.sock`);
    const silent = await docker.probe(DockerConfig.parse({ image: BASE }));
    assert.ok(!silent.available && /does not answer/.test(silent.reason) && /Start it/.test(silent.remedy));
    await using backend = getBackend("docker", { image: BASE });
    await assert.rejects(async () => await backend.run("true", { workspace: dir.path }), BackendUnavailableError);
    Deno.env.set("PATH", dir.path);
    const missing = await docker.probe(DockerConfig.parse({ image: BASE }));
    assert.ok(!missing.available && /no program "docker"/.test(missing.reason) && /Install/.test(missing.remedy));
  } finally {
    Deno.env.set("PATH", path);
    Deno.env.set("DOCKER_HOST", host);
  }
});

engineTest("a Morlet that is killed by SIGKILL leaves no container", async () => {
  await using dir = await folder();
  const script = join(dir.path, "orphan.ts"), sleep = mark();
  await writeFile(
    script,
    `import { getBackend } from ${JSON.stringify(import.meta.resolve("../../backends/mod.ts"))};
     await getBackend("docker", { image: ${JSON.stringify(BASE)} }).run("echo started; sleep ${sleep}", {
       workspace: ${JSON.stringify(dir.path)},
       onOutput: () => Deno.kill(Deno.pid, "SIGKILL"),
     });`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { signal } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", config, script],
  }).output();
  assert.equal(signal, "SIGKILL");
  const deadline = Date.now() + 60_000;
  while ((await engine.containers()).length > 0 && Date.now() < deadline) {
    await new Promise((wake) => setTimeout(wake, 100));
  }
  assert.deepEqual(await engine.containers(), []);
  assert.deepEqual(processesWith(sleep), []);
});

engineTest("the study of the demo gives the same levels on this machine and in a container", async () => {
  await using dir = await folder();
  const study = new URL("../../examples/studies/enso_co2.yaml", import.meta.url);
  const dockerfile = new URL("../../Dockerfile", import.meta.url).pathname;
  const checksums: string[] = [];
  for (
    const backend of [{ type: "local" }, {
      type: "docker",
      dockerfile,
      build_args: { BASE },
      memory: "1g",
      user: "0:0",
    }]
  ) {
    const text = (await readFile(study, "utf8")).replaceAll(
      "../../data/",
      new URL("../../data/", import.meta.url).pathname,
    )
      .replace("../../out/studies", join(dir.path, backend.type)).replace(
        "MORLET_SURROGATES:-300",
        "MORLET_SURROGATES:-20",
      );
    await writeFile(join(dir.path, "study.yaml"), text);
    const { workspace, stages } = await pipeline(join(dir.path, "study.yaml"), {
      backend,
      postprocess: [{ type: "noop" }],
    });
    assert.deepEqual(stages.map(({ status }) => status), ["done", "done", "done"]);
    const results = JSON.parse(await readFile(join(workspace, "outputs/results.json"), "utf8"));
    assert.ok(results.usage.peakMemoryBytes > 0 && results.usage.cpuSeconds > 0);
    checksums.push(results.checksums.significance);
  }
  assert.match(checksums[0], /^[0-9a-f]{64}$/);
  assert.equal(checksums[0], checksums[1]);
  assert.deepEqual(await engine.containers(), []);
});

engineTest("the same image runs Monte Carlo work, by the configuration of the examples", async () => {
  Deno.env.set("MORLET_BASE", BASE);
  try {
    const example = new URL("../../examples/docker.yml", import.meta.url).pathname;
    const options = { nSimulations: 3, seed: 42, workerArgs: [1] };
    const worker = (seed: number, more: number) => seed + more;
    await using backend = getBackend("docker", await loadBackendConfig(example));
    const expected = await getBackend("sequential").runMonteCarlo(worker, options);
    assert.deepEqual([...await backend.runMonteCarlo(worker, options)], [...expected]);
    assert.deepEqual(await engine.containers(), []);
  } finally {
    Deno.env.delete("MORLET_BASE");
  }
});

engineTest(
  "a daemon that stops half way fails the stage, loses nothing, and the run resumes when it is back",
  async () => {
    await using dir = await folder();
    const study = join(dir.path, "study.yaml"), sleep = mark();
    await writeFile(
      study,
      `run_id: half
seed: 1
output_dir: ${dir.path}
model:
  type: command
  command: "echo kept > outputs/kept.txt; echo started; [ -e outputs/again ] || sleep ${sleep}; echo done > outputs/done.txt"
  outputs: [done.txt]
backend: { type: docker, image: ${BASE} }
`,
    );
    let stopping: Promise<void> | undefined;
    const failed = pipeline(study, { onOutput: () => void (stopping ??= engine.stop()) });
    await assert.rejects(failed, (error: Error) => error instanceof StageError && error.stage === "run");
    await stopping;
    assert.deepEqual(processesWith(sleep), []);
    assert.equal(await readFile(join(dir.path, "half/outputs/kept.txt"), "utf8"), "kept\n");
    await assert.rejects(async () => await pipeline(study), StageError); // it is still not there
    await engine.start();
    await writeFile(join(dir.path, "half/outputs/again"), "");
    const { stages } = await pipeline(study);
    assert.deepEqual(stages.map(({ status }) => status), ["kept", "done"]);
    assert.deepEqual(await engine.containers(), []);
  },
);
