import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { docker, DockerConfig, getBackend, JobCancelledError } from "../../backends/mod.ts";
import type { RunOutcome } from "../../backends/mod.ts";
import { importImage, noPodman } from "../container_engine.ts";
import { mark, processesWith } from "../process_list.ts";

const IMAGE = "localhost/morlet-test-base:latest";
const reason = noPodman(), required = Deno.env.get("CI") === "true";
let home = "";

/** Registers a test that needs Podman. */
function podmanTest(name: string, fn: () => Promise<void>): void {
  const ignore = reason !== undefined && !required;
  Deno.test({ name: ignore ? `podman: ${name} (ignored: ${reason})` : `podman: ${name}`, ignore, fn });
}

Deno.test.beforeAll(async () => {
  if (reason) return;
  home = await mkdtemp(join(tmpdir(), "mpod-"));
  // What Podman needs where limits cannot be raised and no systemd runs.
  const containers = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;
  const storage = `[storage]\ndriver = "overlay"\ngraphroot = "${home}/graph"\nrunroot = "${home}/run"\n`;
  await writeFile(join(home, "containers.conf"), containers);
  await writeFile(join(home, "storage.conf"), storage);
  Deno.env.set("CONTAINERS_CONF", join(home, "containers.conf"));
  Deno.env.set("CONTAINERS_STORAGE_CONF", join(home, "storage.conf"));
  await importImage(IMAGE, home, { engine: "podman" });
});

Deno.test.afterAll(async () => {
  if (!home) return;
  await new Deno.Command("podman", { args: ["system", "reset", "--force"], stdout: "null", stderr: "null" }).output();
  await new Deno.Command("sh", { args: ["-c", 'umount "$0"/graph/overlay 2>/dev/null; true', home] }).output();
  await rm(home, { recursive: true, force: true });
});

async function run(workspace: string, command: string, config: Partial<DockerConfig> = {}): Promise<RunOutcome> {
  const opened = await docker.open({ ...DockerConfig.parse({ image: IMAGE, engine: "podman" }), ...config });
  const { signal } = new AbortController();
  return await opened.run!({ command, workspace, readOnly: [], env: {}, logs: join(workspace, "logs"), signal });
}

async function containers(): Promise<string> {
  const { stdout } = await new Deno.Command("podman", { args: ["ps", "--all", "--quiet"] }).output();
  return new TextDecoder().decode(stdout).trim();
}

podmanTest("a command runs as the caller, within its limits, and leaves nothing behind", async () => {
  const dir = await mkdtemp(join(tmpdir(), "morlet-podman-"));
  try {
    const limit = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null";
    const outcome = await run(dir, `id -u; echo made > made.txt; ${limit}; exit 3`, { memory: "256m", cpu: 1 });
    assert.deepEqual([outcome.success, outcome.exitCode], [false, 3]);
    assert.match(outcome.stdout, new RegExp(`^${Deno.uid()}\n`));
    assert.match(outcome.stdout, new RegExp(`^${256 * 2 ** 20}$`, "m"));
    assert.equal(await readFile(join(dir, "made.txt"), "utf8"), "made\n");
    assert.equal(await containers(), "");
  } finally {
    await rm(dir, { recursive: true });
  }
});

podmanTest("a timeout and a cancelled job remove their containers", async () => {
  const dir = await mkdtemp(join(tmpdir(), "morlet-podman-")), sleep = mark();
  try {
    const outcome = await run(dir, `echo started; sleep ${sleep}`, { timeout: 4 });
    assert.equal(outcome.timedOut, true);
    await using backend = getBackend("docker", { image: IMAGE, engine: "podman" });
    const job = backend.run(`echo started; sleep ${sleep}`, { workspace: dir, onOutput: () => job.cancel() });
    await assert.rejects(job, JobCancelledError);
    assert.equal(await containers(), "");
    // Podman does not wait for the processes that it has killed.
    for (let tries = 0; processesWith(sleep).length > 0 && tries < 100; tries++) await setTimeout(100);
    assert.deepEqual(processesWith(sleep), []);
  } finally {
    await rm(dir, { recursive: true });
  }
});

podmanTest("Monte Carlo work has the bits of one thread, and leaves no containers", async () => {
  const letGo = new Uint8Array(2000).map((_, i) => i % 2 ? 0x11 : 0x10); // Podman's keys to let go of a container
  const options = { nSimulations: 6, seed: 42, workerArgs: [letGo] };
  const worker = (seed: number, bytes: Uint8Array) => seed + bytes.length;
  await using backend = getBackend("docker", { image: IMAGE, engine: "podman", cpu: 1, n_jobs: 2, memory: "512m" });
  const expected = [...await getBackend("sequential").runMonteCarlo(worker, options)];
  assert.deepEqual([...await backend.runMonteCarlo(worker, options)], expected);
  const endless = backend.runMonteCarlo((): number => {
    for (;;);
  }, { nSimulations: 2, signal: AbortSignal.timeout(1000) });
  await assert.rejects(Promise.resolve(endless), { name: "TimeoutError" });
  await using without = getBackend("docker", { image: IMAGE, engine: "podman", deno: "no-such-deno" });
  await assert.rejects(Promise.resolve(without.runMonteCarlo(worker, options)), {
    name: "BackendUnavailableError",
    reason: /cannot start "no-such-deno"/,
  });
  assert.equal(await containers(), "");
});
