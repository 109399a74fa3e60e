import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rename, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waveletCoherence } from "../../analysis/mod.ts";
import { contentHash, getBackend, openBackend, slurm } from "../../backends/mod.ts";
import type { JobProgress } from "../../backends/mod.ts";
import { defaultRng } from "../../random/mod.ts";
import { rednoise } from "../../wavelet/mod.ts";
import { CONFORMANCE } from "../../testing/mod.ts";
import { noSlurm, SlurmCluster } from "../slurm_cluster.ts";

const reason = noSlurm();
const MODULE = import.meta.resolve("./simulations.ts");
const CLIENT = new URL("./slurm_client.ts", import.meta.url).pathname;

/** Simulations that take some time, without work. */
const SLOW = { module: MODULE, name: "slow" };
const SLOW_OPTIONS = { nSimulations: 80, seed: 42, workerArgs: [100] };

/** Registers a test with a cluster of its own, and checks that nothing is left of it: no job, no file, no process of a shard. */
function test(name: string, run: (cluster: SlurmCluster, folder: string) => Promise<void>, forgetful = false): void {
  Deno.test({
    name: `slurm: ${name}${reason ? ` (left out: ${reason})` : ""}`,
    ignore: reason !== undefined,
    async fn() {
      await using cluster = await SlurmCluster.start();
      const folder = join(cluster.folder, "shared, 'by' all");
      await mkdir(folder);
      await run(cluster, folder);
      // Nodes tell a controller that was away of the ends of their jobs only minutes later.
      if (!forgetful) await until(async () => (await cluster.jobs()).length === 0);
      assert.deepEqual(await readdir(folder), []);
      await until(() => Promise.resolve(shardsOf(folder).length === 0));
    },
  });
}

test("passes the conformance suite", async (_cluster, folder) => {
  for (const { name, run } of CONFORMANCE) {
    try {
      await run(() => openBackend(slurm, { work_dir: folder, shards: 2 }), slurm);
    } catch (cause) {
      throw new Error(`It fails in what is asked of all backends: ${name}`, { cause });
    }
  }
});

test(
  "levels of significance and tests of patches are those of one thread and of workers, for 1, 4 and 13 shards",
  async (_cluster, folder) => {
    const generator = defaultRng(3), [y1, y2] = [0.7, 0.3].map((g) => rednoise(96, g, { generator }));
    const levels = async (name: string, config = {}) => {
      await using backend = getBackend(name, config);
      const significance = { mcCount: 208, regionCount: 40, seed: 7, cache: false, backend };
      const { significance: found, pValues, largestMasses } = await waveletCoherence(y1, y2, { dt: 1, significance });
      assert.equal(largestMasses!.length, 40);
      return contentHash([found, pValues, largestMasses]);
    };
    const expected = await levels("sequential");
    assert.equal(await levels("workers", { n_jobs: 2 }), expected);
    for (const shards of [1, 4, 13]) {
      assert.equal(await levels("slurm", { work_dir: folder, shards, cpus_per_task: shards === 4 ? 2 : 1 }), expected);
    }
  },
);

test("a node that fails in the middle of a shard loses nothing", async (cluster, folder) => {
  const seen: JobProgress[] = [];
  await using backend = getBackend("slurm", { work_dir: folder });
  const job = backend.runMonteCarlo(SLOW, { ...SLOW_OPTIONS, onProgress: (progress) => void seen.push(progress) });
  await until(async () => (await cluster.jobs()).filter((job) => /RUNNING n2/.test(job)).length === 2);
  await cluster.killNode("n2");
  await isExpected(job);
  await cluster.startNode("n2");
  assert.ok(seen.some(({ status }) => /^\d of 4 shards are done, \d RUNNING/.test(status ?? "")));
});

test(
  "a shard that fails once runs again, one that always fails is told with its last words",
  async (_cluster, folder) => {
    await using backend = getBackend("slurm", { work_dir: folder });
    const job = backend.runMonteCarlo(SLOW, SLOW_OPTIONS);
    await until(() => Promise.resolve(shardsOf(folder).length > 1));
    Deno.kill(shardsOf(folder)[0], "SIGKILL");
    await isExpected(job);
    const always = backend.runMonteCarlo({ module: MODULE, name: "exiting" }, {
      ...SLOW_OPTIONS,
      workerArgs: [seeds[50]],
    });
    await assert.rejects(always, (error: Error) => {
      assert.match(error.message, /^Simulations 40 to 59 could not be run in 2 attempts\. .*_2 exited with code 7/);
      assert.match(error.message, /Its last words: about to exit/);
      return true;
    });
    // What is finished stays for a next time, and is taken then.
    const [kept] = await readdir(folder);
    await isExpected(backend.runMonteCarlo(SLOW, SLOW_OPTIONS));
    assert.deepEqual(await readdir(folder), [kept]);
    await Deno.remove(join(folder, kept), { recursive: true });
  },
);

test(
  "a client that was killed is taken up by the next: what runs is attached, what is done is taken once it is proved",
  async (cluster, folder) => {
    const config = { work_dir: folder, shards: 6, max_running: 4 };
    await abandoned(config, async (work) => (await results(work)).length > 0 && (await cluster.jobs()).length > 0);
    await using backend = getBackend("slurm", config);
    await isExpected(backend.runMonteCarlo(SLOW, SLOW_OPTIONS));
    assert.deepEqual(await submitted(), ["0-5"], "nothing was submitted twice");

    const work = await abandoned(config, async (work) => (await results(work)).length === 6);
    await truncate(join(work, "0.result"), 100);
    const altered = await readFile(join(work, "1.result"));
    altered[altered.length - 20] ^= 1;
    await writeFile(join(work, "1.result"), altered);
    await rename(join(work, "2.result"), join(work, "3.result"));
    await writeFile(join(work, "4.result"), "");
    await isExpected(backend.runMonteCarlo(SLOW, SLOW_OPTIONS));
    assert.deepEqual((await submitted()).slice(2), ["0-4"], "shard 5 was as it should be");
  },
);

for (
  const [what, signal] of [["a controller that restarts", "SIGTERM"], [
    "a controller that is killed, and may forget,",
    "SIGKILL",
  ]] as const
) {
  test(`${what} loses nothing`, async (cluster, folder) => {
    await using backend = getBackend("slurm", { work_dir: folder });
    const job = backend.runMonteCarlo(SLOW, { ...SLOW_OPTIONS, workerArgs: [200] });
    await until(() => Promise.resolve(shardsOf(folder).length === 4));
    await cluster.stopController(signal);
    await new Promise((wake) => setTimeout(wake, 1500));
    await cluster.startController();
    await isExpected(job);
  }, true);
}

test("a work folder without room is told, where the client or a shard meets it", async (_cluster, folder) => {
  const small = join(folder, "small");
  for (
    const [size, config, says] of [
      ["64k", {}, /^Cannot use the work folder .*small.*no space left.*"work_dir"/is],
      [
        "600k",
        { shards: 2 },
        /could not be run in 2 attempts.*exited with code 74\. The work folder .*small.* is full/s,
      ],
    ] as const
  ) {
    await using _disk = await mount(small, size);
    await using backend = getBackend("slurm", { work_dir: small, ...config });
    const job = backend.runMonteCarlo({ module: MODULE, name: "large" }, {
      nSimulations: 20,
      seed: 1,
      workerArgs: [10_000],
    });
    await assert.rejects(job, { message: says });
    await using other = getBackend("slurm", { work_dir: small });
    if (size === "600k") await isExpected(other.runMonteCarlo(SLOW, { ...SLOW_OPTIONS, workerArgs: [1] }));
    for (const left of await readdir(small)) await Deno.remove(join(small, left), { recursive: true });
  }
  await Deno.remove(small);
});

test("what the cluster refuses is told in its own words", async (_cluster, folder) => {
  for (
    const [config, says] of [
      [{ partition: "nowhere" }, /sbatch says: .*invalid partition specified: nowhere/s],
      [{ additional_options: ["--mem=1000G"] }, /sbatch says: .*Requested node configuration is not available/s],
      [{ nodes: 100 }, /would wait for ever: the cluster says PENDING \(PartitionConfig\)/],
      [{ partition: "small", time_limit: "2:00:00" }, /the cluster says PENDING \(PartitionTimeLimit\)/],
    ] as const
  ) {
    await using backend = getBackend("slurm", { work_dir: folder, ...config });
    await assert.rejects(backend.runMonteCarlo(SLOW, SLOW_OPTIONS), { message: says });
  }
});

test("a shard that takes longer than it may, and one that somebody cancels, end the work", async (_cluster, folder) => {
  await using short = getBackend("slurm", { work_dir: folder, timeout: 1 });
  await assert.rejects(short.runMonteCarlo(SLOW, { ...SLOW_OPTIONS, workerArgs: [1000] }), { name: "TimeLimitError" });
  await using backend = getBackend("slurm", { work_dir: folder });
  const job = backend.runMonteCarlo(SLOW, { ...SLOW_OPTIONS, workerArgs: [1000] });
  await until(() => Promise.resolve(shardsOf(folder).length > 1));
  new Deno.Command("scancel", { args: ["--user=root"] }).outputSync();
  await assert.rejects(job, { name: "ShardLostError", message: /was cancelled from outside/ });
});

test("two programs that do the same do not meet", async (_cluster, folder) => {
  await using backend = getBackend("slurm", { work_dir: folder, shards: 2 });
  const options = { ...SLOW_OPTIONS, workerArgs: [20] };
  await Promise.all([1, 2].map(() => isExpected(backend.runMonteCarlo(SLOW, options))));
});

test("shards use as many threads as they are allocated; variables and grants reach them", async (_cluster, folder) => {
  await using backend = getBackend("slurm", {
    work_dir: folder,
    shards: 2,
    cpus_per_task: 2,
    env_vars: { TZ: "Pacific/Auckland", "odd.name": "x y" },
    permissions: ["env=odd.name", "read=/etc"],
  });
  // Each thread has a time origin of its own.
  const worker = async (_seed: number) => {
    await new Promise((wake) => setTimeout(wake, 20));
    const { isFile } = await Deno.stat("/etc/passwd");
    return [performance.timeOrigin, new Date(0).getHours(), Deno.env.get("odd.name"), isFile];
  };
  const values = await backend.runMonteCarlo(worker, { nSimulations: 80, seed: 1 });
  for (const shard of [values.slice(0, 40), values.slice(40)]) {
    assert.equal(new Set(shard.map(([origin]) => origin)).size, 2);
  }
  for (const [, ...rest] of values) assert.deepEqual(rest, [12, "x y", true]);
});

const seeds = [...await getBackend("sequential").runMonteCarlo((seed) => seed, { nSimulations: 80, seed: 42 })];

async function isExpected(job: PromiseLike<unknown[]>): Promise<void> {
  assert.deepEqual([...await job], seeds);
}

/** Runs the slow simulations in a program of their own and kills it when something holds. Returns the work folder. */
async function abandoned(config: { work_dir: string }, when: (work: string) => Promise<boolean>): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLIENT, JSON.stringify({ worker: SLOW, config, options: SLOW_OPTIONS })],
    stdin: "null",
    stdout: "null",
  }).spawn();
  let work = "";
  await until(async () => {
    const [name] = await readdir(config.work_dir);
    work = join(config.work_dir, name ?? "");
    return name !== undefined && (await readdir(work)).some((file) => file.endsWith(".part"));
  });
  child.kill("SIGSTOP"); // it shall not end by itself
  await until(() => when(work));
  child.kill("SIGKILL");
  await child.status;
  return work;
}

async function results(work: string): Promise<string[]> {
  return (await readdir(work)).filter((name) => name.endsWith(".result"));
}

/** The shards of each array that there has been. */
async function submitted(): Promise<string[]> {
  const args = ["--noheader", "--states=all", "--array", "--sort=i", "--format=%F %K"];
  const { stdout } = await new Deno.Command("squeue", { args }).output();
  const arrays = new Map<string, number[]>();
  for (const line of new TextDecoder().decode(stdout).trim().split("\n")) {
    const [array, index] = line.trim().split(/\s+/);
    arrays.set(array, [...arrays.get(array) ?? [], Number(index)]);
  }
  return [...arrays.values()].map((list) => `${Math.min(...list)}-${Math.max(...list)}`);
}

/** The processes of shards that run in a folder. */
function shardsOf(folder: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      return pid > 0 && Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("--allow-read=shard.js") &&
        Deno.readLinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

/** A small disk. */
async function mount(path: string, size: string): Promise<AsyncDisposable> {
  await mkdir(path, { recursive: true });
  const { success, stderr } = await new Deno.Command("mount", {
    args: ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return {
    async [Symbol.asyncDispose]() {
      await new Deno.Command("umount", { args: ["--lazy", path] }).output();
    },
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`In vain waited until ${holds}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
