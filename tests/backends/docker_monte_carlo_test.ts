import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SIGNIFICANCE_TASK } from "../../analysis/mod.ts";
import { contentHash, docker, getBackend, getRecommendedBackend } from "../../backends/mod.ts";
import { shareCores } from "../../backends/docker/run_task.ts";
import { testBackend } from "../../testing/mod.ts";
import { importImage, noEngine, TestEngine } from "../container_engine.ts";
import { SPEC } from "./significance_spec.ts";

const IMAGE = "morlet-test-shards";
const reason = noEngine(), required = Deno.env.get("CI") === "true", ignore = reason !== undefined && !required;
let engine: TestEngine;

/** Registers a test that needs an engine. */
function engineTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: ignore ? `${name} (ignored: ${reason})` : name, ignore, fn });
}

Deno.test.beforeAll(async () => {
  if (ignore) return;
  engine = await TestEngine.start();
  await importImage(IMAGE, engine.folder);
});

Deno.test.afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
});

/** Two containers of one core each, wherever the tests run. */
const CONFIG = { image: IMAGE, cpu: 1, n_jobs: 2, shards: 2 };

if (!ignore) testBackend(docker, { config: CONFIG });

/** Takes so many milliseconds. */
const slow = (seed: number, milliseconds: number) => {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
  return seed;
};
const endless = (): number => {
  for (;;);
};
/** Some seconds of work in two shards, and what comes of it. */
const WORK = { nSimulations: 200, seed: 42, workerArgs: [10] };
const expected = async () => [...await getBackend("sequential").runMonteCarlo(slow, { ...WORK, workerArgs: [0] })];

async function command(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("docker", { args }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** The containers that run, once there are so many. */
async function running(count: number): Promise<string[]> {
  for (const deadline = Date.now() + 60_000;;) {
    const names = (await command("ps", "--format", "{{.Names}}")).split("\n").filter(Boolean);
    if (names.length === count) return names;
    assert.ok(Date.now() < deadline, `${names.length} containers run, not ${count}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** A program that containers run as Deno: "$DENO" is the real one. */
async function program(script: string): Promise<AsyncDisposable & { config: typeof CONFIG & { deno: string } }> {
  const folder = await mkdtemp(join(tmpdir(), "morlet-program-")), path = join(folder, "deno");
  await writeFile(path, `#!/bin/sh\nDENO=/bin/deno\n${script}\n`);
  await chmod(path, 0o755);
  const config = { ...CONFIG, volumes: [`${folder}:/opt/program`], deno: "/opt/program/deno" };
  return { config, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

engineTest("levels of significance have the same checksum on one thread and in containers", async () => {
  const task = { ...SIGNIFICANCE_TASK, args: [SPEC] };
  const hash = async (name: string, config?: unknown) => {
    await using backend = getBackend(name, config);
    return contentHash((await backend.runTask(task, { nSimulations: 520, seed: 11 })).partial);
  };
  const one = await hash("sequential");
  for (const more of [{ shards: 1, cpu: 2 }, { shards: 4 }, { shards: 13 }]) {
    assert.equal(await hash("docker", { ...CONFIG, ...more }), one, JSON.stringify(more));
  }
  assert.deepEqual(await engine.containers(), []);
});

Deno.test("containers and their threads are no more than the cores, unless more are asked for", () => {
  assert.deepEqual(shareCores({}, undefined, 8), { containers: 1, cores: 8 });
  assert.deepEqual(shareCores({ cpu: 3 }, undefined, 8), { containers: 2, cores: 3 });
  assert.deepEqual(shareCores({ cpu: 16 }, undefined, 8), { containers: 1, cores: 16 });
  assert.deepEqual(shareCores({ n_jobs: 3 }, undefined, 8), { containers: 3, cores: 2 });
  assert.deepEqual(shareCores({ n_jobs: 3, cpu: 4 }, 5, 8), { containers: 5, cores: 4 });
  assert.deepEqual(shareCores({ cpu: 4 }, -1, 8), { containers: 2, cores: 4 });
});

engineTest("limits, network, user and threads are those of the configuration", async () => {
  await using backend = getBackend("docker", {
    image: IMAGE,
    cpu: 2,
    memory: "256m",
    user: "1234:2345",
    shards: 1,
  });
  const job = backend.runMonteCarlo(endless, { nSimulations: 2, nJobs: 1 });
  const [name] = await running(1);
  const { HostConfig, Config, Mounts, Args } = JSON.parse(await command("inspect", name))[0];
  const { NanoCpus, Memory, MemorySwap, NetworkMode, ReadonlyRootfs, LogConfig } = HostConfig;
  assert.deepEqual([NanoCpus, Memory, MemorySwap, NetworkMode], [2e9, 256 * 2 ** 20, 256 * 2 ** 20, "none"]);
  assert.deepEqual([Config.User, ReadonlyRootfs, LogConfig.Type], ["1234:2345", true, "none"]);
  assert.deepEqual(Mounts.map(({ Destination, RW }: Record<string, unknown>) => [Destination, RW]), [
    ["/morlet-shard.js", false],
  ]);
  assert.deepEqual(Args.slice(-4), ["0", "2", "2", "tied"]);
  job.cancel();
  await assert.rejects(Promise.resolve(job), { name: "JobCancelledError" });
  assert.deepEqual(await engine.containers(), []);
});

engineTest("no more containers run side by side than a job asks for, and each adds to the preview", async () => {
  await using backend = getBackend("docker", { ...CONFIG, shards: 3 });
  const previews: number[] = [];
  let most = 0, watching = true;
  const watch = (async () => {
    while (watching) most = Math.max(most, (await engine.containers()).length);
  })();
  const onPartial = (values: unknown) => void previews.push((values as unknown[]).length);
  const values = await backend.runMonteCarlo(slow, { ...WORK, workerArgs: [1], nJobs: 1, onPartial });
  watching = false;
  await watch;
  assert.deepEqual([...values], await expected());
  assert.equal(most, 1);
  assert.deepEqual(previews, [66, 133, 200]);
});

engineTest("simulations have the permissions, files and variables that are granted, and no others", async () => {
  await using given = await program('exec $DENO "$@"');
  const reading = () => Deno.readTextFileSync("/opt/program/deno").length + Number(Deno.env.get("API_KEY"));
  const config = { ...given.config, env_vars: { API_KEY: "1000" } };
  await using open = getBackend("docker", { ...config, permissions: ["read=/opt/program", "env=API_KEY"] });
  const [value] = await open.runMonteCarlo(reading, { nSimulations: 1 });
  assert.ok(value > 1000);
  await using closed = getBackend("docker", config);
  await assert.rejects(Promise.resolve(closed.runMonteCarlo(reading, { nSimulations: 1 })), {
    name: "SimulationError",
    message: /NotCapable/,
  });
});

engineTest(
  "a container that is killed in the middle of a shard changes nothing; without retries it is told",
  async () => {
    await using backend = getBackend("docker", CONFIG);
    const seen: number[] = [];
    const job = backend.runMonteCarlo(slow, { ...WORK, onProgress: ({ done }) => void seen.push(done) });
    const [killed] = await running(2);
    await command("kill", killed);
    assert.deepEqual([...await job], await expected());
    assert.deepEqual([seen.at(-1), Math.max(...seen)], [WORK.nSimulations, WORK.nSimulations]);

    await using other = getBackend("docker", { ...CONFIG, retries: 0 });
    const lost = other.runMonteCarlo(endless, { nSimulations: 2 });
    lost.catch(() => {});
    await command("kill", (await running(2))[0]);
    await assert.rejects(Promise.resolve(lost), {
      name: "ShardLostError",
      message: /^Simulations [01] to [01] could not be run\. The container exited with code 137 \(SIGKILL\)/,
    });
    assert.deepEqual(await engine.containers(), []);
  },
);

engineTest("a shard that fails is run again, and told with its last words if it always fails", async () => {
  await using once = await program('cd /opt/program; mkdir been 2>/dev/null && exit 3; exec $DENO "$@"');
  await using backend = getBackend("docker", once.config);
  assert.deepEqual([...await backend.runMonteCarlo(slow, { ...WORK, workerArgs: [0] })], await expected());

  await using never = await program('echo "no room left for $API_KEY" >&2; exit 3');
  const env_vars = { API_KEY: "squeamish" };
  await using other = getBackend("docker", { ...never.config, shards: 1, env_vars });
  await assert.rejects(Promise.resolve(other.runMonteCarlo(slow, WORK)), {
    name: "ShardLostError",
    message:
      /0 to 199 could not be run in 2 attempts\. The container exited with code 3, .* words: no room left for \*\*\*$/,
  });

  await using chatty = await program('echo welcome; exec $DENO "$@"');
  await using third = getBackend("docker", { ...chatty.config, shards: 1 });
  await assert.rejects(Promise.resolve(third.runMonteCarlo(slow, WORK)), {
    name: "ShardLostError",
    message: /The container's output is no shard's/,
  });
  assert.deepEqual(await engine.containers(), []);
});

engineTest("a shard that runs out of memory is run again, and told", async () => {
  const greedy = (): number => {
    for (const all: Uint8Array[] = [];;) all.push(new Uint8Array(1e7).fill(1));
  };
  await using backend = getBackend("docker", { ...CONFIG, memory: "160m" });
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(greedy, { nSimulations: 1 })), {
    name: "ShardLostError",
    message: /in 2 attempts\. The container (?=.*memory, of which it may use 160m).*exited with code 137/,
  });
});

engineTest("an image without Deno is told, with the remedy, and so is one that is missing", async () => {
  for (const deno of ["no-such-deno", "/etc/passwd"]) {
    await using backend = getBackend("docker", { ...CONFIG, deno });
    await assert.rejects(Promise.resolve(backend.runMonteCarlo(slow, WORK)), {
      name: "BackendUnavailableError",
      reason: new RegExp(`^The image ${IMAGE} cannot start "${deno}": `),
      remedy: /^Take an image with Deno, such as denoland\/deno:\d.*field deno/,
    });
  }
  await using missing = getBackend("docker", { image: "localhost:1/morlet-no-such-image" });
  await assert.rejects(Promise.resolve(missing.runMonteCarlo(slow, WORK)), {
    name: "BackendUnavailableError",
    reason: /is not there and cannot be pulled: .*connection refused/,
  });
  assert.deepEqual(await engine.containers(), []);
});

engineTest("an engine that stops in the middle of a job is told", async () => {
  await using backend = getBackend("docker", CONFIG);
  const lost = backend.runMonteCarlo(endless, { nSimulations: 2 });
  lost.catch(() => {});
  await running(2);
  await engine.stop();
  await assert.rejects(Promise.resolve(lost), { name: "ShardLostError", message: /in 2 attempts/ });
  await engine.start();
  const left = await engine.containers(); // nobody could remove what an engine kept that was gone
  if (left.length > 0) await command("rm", "--force", ...left);
});

engineTest("when our own program is killed, nothing of it runs on or is left", async () => {
  const files = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("morlet-shards-"));
  const before = await files();
  const script = fileURLToPath(new URL("docker_client.ts", import.meta.url));
  const client = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, JSON.stringify(CONFIG)],
    stdout: "null",
  }).spawn();
  await running(2);
  client.kill("SIGKILL");
  await client.status;
  const deadline = Date.now() + 60_000;
  const left = async () => [...await engine.containers(), ...(await files()).filter((name) => !before.includes(name))];
  while ((await left()).length > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 100));
  assert.deepEqual(await left(), []);
});

engineTest("containers are never recommended by themselves", async () => {
  const { backend } = await getRecommendedBackend({ nSimulations: 1_000_000 });
  assert.notEqual(backend.name, "docker");
});
