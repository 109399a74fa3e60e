import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { REGION_TASK, SIGNIFICANCE_TASK, type SignificanceSpec } from "../../analysis/mod.ts";
import { contentHash, dask, DaskConfig, getBackend } from "../../backends/mod.ts";
import { testBackend } from "../../testing/mod.ts";
import { childrenOf, commandLine, DaskCluster, freePort, noDask } from "../dask_cluster.ts";
import { runExample } from "../examples/run_example.ts";
import { python } from "../python.ts";

const reason = noDask(), required = Deno.env.get("CI") === "true";
const port = freePort(), address = `tcp://127.0.0.1:${port}`;
const config = { address, python: python().path };
let cluster: DaskCluster;

Deno.test.beforeAll(async () => {
  if (reason && !required) return;
  // One death of a worker is Dask's to repair, a second one is told.
  cluster = await DaskCluster.start({ port, env: { DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES: "1" } });
});

Deno.test.afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
});

/** Registers a test that needs Dask. */
function daskTest(name: string, fn: () => Promise<void>): void {
  const ignore = reason !== undefined && !required;
  Deno.test({ name: ignore ? `${name} (ignored: ${reason})` : name, ignore, fn });
}

if (!reason || required) testBackend(dask, { config: { ...config, shards: 3 } });

const SPEC: SignificanceSpec = {
  n: 128,
  dt: 1,
  dj: 1 / 4,
  s0: 2,
  J: 20,
  wavelet: { name: "morlet" },
  convention: "exact",
  ar1: [0.7, 0.4],
  precision: "single",
};

/** Takes so many milliseconds. */
const slow = (seed: number, milliseconds: number) => {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
  return seed;
};
const endless = (): number => {
  for (;;);
};
/** Some seconds of work in two shards, and what comes of it. */
const WORK = { nSimulations: 200, seed: 42, workerArgs: [20] };
const expected = async () => [...await getBackend("sequential").runMonteCarlo(slow, { ...WORK, workerArgs: [0] })];

/** A program in a folder of its own, to be run instead of Deno. It finds Deno as $DENO and the folder as $HERE. */
async function program(script: string): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), "morlet-program-"));
  const path = join(folder, "deno");
  await writeFile(path, `#!/bin/sh\nDENO='${Deno.execPath()}'\nHERE='${folder}'\n${script}\n`);
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

daskTest("levels and tests of patches have the same checksum on one thread, on workers and on Dask", async () => {
  const { precision: _, ...plan } = SPEC,
    regions = { plan, ar1: SPEC.ar1, levels: new Float64Array(SPEC.J + 1).fill(0.8) };
  const tasks = [{ ...SIGNIFICANCE_TASK, args: [SPEC] }, { ...REGION_TASK, args: [regions] }];
  const hash = async (name: string, config?: unknown) => {
    await using backend = getBackend(name, config);
    const jobs = tasks.map((task) => backend.runTask(task, { nSimulations: 520, seed: 11 }));
    return contentHash((await Promise.all(jobs)).map(({ partial }) => partial));
  };
  const one = await hash("sequential");
  assert.equal(await hash("workers", { n_jobs: 2 }), one);
  for (const shards of [1, 4, 13]) assert.equal(await hash("dask", { ...config, shards }), one, `${shards} shards`);
});

daskTest("a cluster is told by its scheduler, its workers and its version", async () => {
  const { availability } = await getBackend("dask", config).getInfo();
  assert.ok(availability.available);
  assert.match(
    availability.detail!,
    new RegExp(`^distributed \\d+\\.\\d+\\.\\d+ at ${address}: 2 workers, 2 threads$`),
  );
  const without = await dask.probe();
  if (without.available) assert.match(without.detail!, /^distributed \d.* needs an address, or cluster: local$/);
  else assert.match(without.remedy, /pip install distributed/);
});

daskTest("a worker that is killed in the middle of a shard changes nothing", async () => {
  await using backend = getBackend("dask", { ...config, shards: 2 });
  const job = backend.runMonteCarlo(slow, WORK);
  await cluster.untilShards((count) => count === 2);
  cluster.pids("a").forEach(kill);
  assert.deepEqual([...await job], await expected());
  assert.equal(job.progress.done, WORK.nSimulations);
  assert.deepEqual(cluster.shards(), []);
});

daskTest("a shard that kills every worker is told, and what Dask says of it", async () => {
  await using killer = await program('kill -9 "$PPID"');
  await using backend = getBackend("dask", { ...config, deno: killer.path, shards: 1 });
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(slow, WORK)), {
    name: "ShardLostError",
    message: /^Simulations 0 to 199 could not be run\. KilledWorker: .*memory/s,
  });
});

daskTest("a shard whose process ends is run again, and told with its last words if it always ends", async () => {
  await using once = await program('mkdir "$HERE/been" 2>/dev/null && exit 3; exec "$DENO" "$@"');
  await using backend = getBackend("dask", { ...config, deno: once.path, shards: 2 });
  assert.deepEqual([...await backend.runMonteCarlo(slow, { ...WORK, workerArgs: [0] })], await expected());

  await using never = await program('echo "no room left" >&2; exit 3');
  await using other = getBackend("dask", { ...config, deno: never.path, shards: 1, retries: 1 });
  await assert.rejects(Promise.resolve(other.runMonteCarlo(slow, WORK)), {
    name: "ShardLostError",
    message:
      /0 to 199 could not be run in 2 attempts\. The Deno process exited with code 3 on the worker tcp:.*no room left/,
  });
});

daskTest("a result that was altered on the way is noticed, and its shard run again", async () => {
  const alter = '"$DENO" "$@" | stdbuf -i0 -o0 tr 7 8'; // digits of its hashes, among others
  await using once = await program(`mkdir "$HERE/been" 2>/dev/null || exec "$DENO" "$@"; ${alter}`);
  await using backend = getBackend("dask", { ...config, deno: once.path, shards: 2 });
  assert.deepEqual([...await backend.runMonteCarlo(slow, { ...WORK, workerArgs: [0] })], await expected());

  await using always = await program(alter);
  await using other = getBackend("dask", { ...config, deno: always.path, shards: 1, retries: 0 });
  await assert.rejects(Promise.resolve(other.runMonteCarlo(slow, { ...WORK, workerArgs: [0] })), {
    name: "ShardLostError",
    message: /0 to 199 could not be run\. The result .* cannot be used/,
  });
});

daskTest("workers without Deno are told, with the remedy", async () => {
  await using backend = getBackend("dask", { ...config, deno: "no-such-deno" });
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(slow, WORK)), {
    name: "BackendUnavailableError",
    reason: /^There is no program "no-such-deno" on the worker tcp:/,
    remedy: /pip install deno==.*deno name it/,
  });
});

daskTest("cancel ends the processes on the workers, one in an endless loop too, before the job settles", async () => {
  await using backend = getBackend("dask", { ...config, shards: 2 });
  const job = backend.runMonteCarlo(endless, { nSimulations: 4 });
  await cluster.untilShards((count) => count === 2);
  job.cancel();
  await assert.rejects(Promise.resolve(job), { name: "JobCancelledError" });
  assert.deepEqual(cluster.shards(), []);
});

daskTest("a simulation that takes too long is named, and leaves nothing running", async () => {
  await using backend = getBackend("dask", { ...config, shards: 2 });
  await assert.rejects(
    Promise.resolve(backend.runMonteCarlo(endless, { nSimulations: 2, seed: 1, simulationTimeout: 300 })),
    { name: "SimulationTimeoutError", message: /^Simulation [01] .* did not return within 300 ms/ },
  );
  assert.deepEqual(cluster.shards(), []);
});

daskTest("simulations have the permissions that are granted, and no others", async () => {
  const reading = (_: number, path: string) => Deno.readTextFileSync(path).trim();
  await writeFile(join(cluster.folder, "word"), "granted");
  const options = { nSimulations: 2, seed: 1, workerArgs: [join(cluster.folder, "word")] };
  await using open = getBackend("dask", { ...config, permissions: [`read=${cluster.folder}`], shards: 1 });
  assert.deepEqual([...await open.runMonteCarlo(reading, options)], ["granted", "granted"]);
  await using closed = getBackend("dask", { ...config, shards: 1 });
  await assert.rejects(Promise.resolve(closed.runMonteCarlo(reading, options)), {
    name: "SimulationError",
    message: /NotCapable/,
  });
});

daskTest("no more shards run side by side than a job asks for", async () => {
  await using backend = getBackend("dask", { ...config, shards: 4 });
  let most = 0;
  const watch = setInterval(() => most = Math.max(most, cluster.shards().length), 20);
  const values = await backend.runMonteCarlo(slow, { ...WORK, workerArgs: [5], nJobs: 1 });
  clearInterval(watch);
  assert.deepEqual([...values], await expected());
  assert.equal(most, 1);
});

daskTest("a job waits for workers, and those that come late take part", async () => {
  for (const name of ["a", "b"]) await cluster.kill(name);
  await using backend = getBackend("dask", { ...config, shards: 12 });
  const job = backend.runMonteCarlo(endless, { nSimulations: 12 });
  for (const [before, name] of ["a", "b"].entries()) {
    await cluster.untilShards((count) => count === before);
    await cluster.startWorker(name);
  }
  await cluster.untilShards((count) => count === 2);
  job.cancel();
  await assert.rejects(Promise.resolve(job), { name: "JobCancelledError" });
});

daskTest("a bridge that is killed is started again; without retries it is told", async () => {
  await using backend = getBackend("dask", { ...config, shards: 4 });
  const job = backend.runMonteCarlo(slow, WORK);
  await cluster.untilShards((count) => count === 2);
  bridges().forEach(kill);
  assert.deepEqual([...await job], await expected());

  await using other = getBackend("dask", { ...config, shards: 4, retries: 0 });
  const lost = other.runMonteCarlo(slow, WORK);
  await cluster.untilShards((count) => count === 2);
  bridges().forEach(kill);
  await assert.rejects(Promise.resolve(lost), {
    name: "BackendUnavailableError",
    reason: /^The Python process that talks to Dask was ended by SIGKILL/,
  });
  await cluster.untilShards((count) => count === 0);
  await backend[Symbol.asyncDispose]();
  assert.deepEqual(bridges(), []);
});

daskTest("when our own program is killed, nothing of it runs on", async () => {
  const script = fileURLToPath(new URL("dask_client.ts", import.meta.url));
  const client = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, JSON.stringify({ ...config, shards: 2 })],
    stdout: "null",
  }).spawn();
  await cluster.untilShards((count) => count === 2);
  const [bridge] = bridges(client.pid);
  assert.ok(bridge);
  client.kill("SIGKILL");
  await client.status;
  await cluster.untilShards((count) => count === 0);
  await untilEnded(bridge);
});

daskTest("when a worker is killed with its nanny, its shard ends too, in an endless loop or not", async () => {
  await cluster.kill("b");
  await using backend = getBackend("dask", { ...config, shards: 1 });
  const job = backend.runMonteCarlo(endless, { nSimulations: 1 });
  await cluster.untilShards((count) => count === 1);
  const pids = cluster.pids("a");
  await cluster.kill("a");
  for (const pid of pids) kill(pid);
  await cluster.untilShards((count) => count === 0);
  job.cancel();
  await assert.rejects(Promise.resolve(job), { name: "JobCancelledError" });
  await Promise.all(["a", "b"].map((name) => cluster.startWorker(name)));
});

daskTest("a scheduler that is gone and comes back changes nothing; one that stays away is told", async () => {
  await using backend = getBackend("dask", { ...config, shards: 8 });
  const done: number[] = [];
  const job = backend.runMonteCarlo(slow, { ...WORK, onProgress: ({ done: count }) => void done.push(count) });
  await cluster.untilShards((count) => count === 2);
  await restart();
  assert.deepEqual([...await job], await expected());

  await using other = getBackend("dask", { ...config, shards: 2, connect_timeout: 1, retries: 1 });
  const lost = other.runMonteCarlo(slow, WORK);
  lost.catch(() => {});
  await cluster.untilShards((count) => count === 2);
  await cluster.kill("scheduler");
  await assert.rejects(Promise.resolve(lost), {
    name: "BackendUnavailableError",
    reason: new RegExp(`^The scheduler at ${address} does not answer`),
    remedy: /dask scheduler/,
  });
  await cluster.untilShards((count) => count === 0);
  await restart();
});

daskTest("an address at which there is no scheduler is told", async () => {
  const nobody = `tcp://127.0.0.1:${freePort()}`;
  const backend = getBackend("dask", { ...config, address: nobody, connect_timeout: 1 });
  assert.equal(await backend.isAvailable(), false);
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(slow, WORK)), {
    name: "BackendUnavailableError",
    reason: new RegExp(`^The scheduler at ${nobody} does not answer`),
    remedy: /^Check the address/,
  });
});

daskTest("a local cluster is started and stopped with the backend", async () => {
  const backend = getBackend("dask", { cluster: "local", n_workers: 2, python: python().path, shards: 2 });
  assert.deepEqual([...await backend.runMonteCarlo(slow, { ...WORK, workerArgs: [0] })], await expected());
  const running = bridges().flatMap((pid) => [pid, ...childrenOf(pid)]);
  assert.ok(running.length >= 3, "a bridge and two workers");
  await backend[Symbol.asyncDispose]();
  assert.deepEqual(running.map(commandLine).filter(Boolean), []);
});

daskTest("without Python, or without Dask's client in it, the remedy is told", async () => {
  const none = getBackend("dask", { ...config, python: "/no/such/python" });
  await assert.rejects(Promise.resolve(none.runMonteCarlo(slow, WORK)), {
    name: "BackendUnavailableError",
    reason: 'There is no Python "/no/such/python"',
    remedy: /field python/,
  });
  const folder = await mkdtemp(join(tmpdir(), "morlet-python-"));
  try {
    const { success } = await new Deno.Command(python().path!, { args: ["-m", "venv", "--without-pip", folder] })
      .output();
    assert.ok(success);
    const bare = join(folder, "bin/python");
    const without = getBackend("dask", { ...config, python: bare });
    assert.equal(await without.isAvailable(), false);
    await assert.rejects(Promise.resolve(without.runMonteCarlo(slow, WORK)), {
      name: "BackendUnavailableError",
      reason: /cannot import Dask's client \(No module named 'distributed'\)/,
      remedy: new RegExp(`${bare} -m pip install distributed`),
    });
    assert.match(
      (await dask.probe(DaskConfig.parse({ cluster: "local", python: bare })) as { reason: string }).reason,
      /no Dask client/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

daskTest(
  "a cluster that speaks TLS is reached with a certificate that its authority signed, and not without",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "morlet-tls-"));
    try {
      const [ca, cert, key] = await certificates(folder, "cluster");
      const [strange] = await certificates(join(folder, "strange"), "stranger");
      await using secure = await DaskCluster.start({ workers: ["a"], tls: { ca, cert, key } });
      assert.match(secure.address, /^tls:/);
      const how = { python: python().path, address: secure.address, connect_timeout: 10, shards: 2 };
      const tls = { tls_client_cert: cert, tls_client_key: key };
      await using backend = getBackend("dask", { ...how, ...tls, tls_ca_file: ca });
      const few = { ...WORK, workerArgs: [0] };
      assert.deepEqual([...await backend.runMonteCarlo(slow, few)], await expected());
      const stranger = getBackend("dask", { ...how, ...tls, tls_ca_file: strange, connect_timeout: 2 });
      const plain = getBackend("dask", { ...how, address: secure.address.replace("tls:", "tcp:"), connect_timeout: 2 });
      for (const other of [stranger, plain]) {
        await assert.rejects(Promise.resolve(other.runMonteCarlo(slow, few)), {
          name: "BackendUnavailableError",
          reason: /^The scheduler at .* does not answer/,
        });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

daskTest("a cluster of another version is refused, with the version to install", async () => {
  const other = fileURLToPath(new URL("../../.venv/other-dask", import.meta.url));
  await using old = await DaskCluster.start({ workers: ["a"], env: { PYTHONPATH: other } });
  const backend = getBackend("dask", { ...config, address: old.address });
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(slow, WORK)), {
    name: "BackendUnavailableError",
    reason: /^The scheduler runs distributed 2026\.7\.1, and .*python has 2026\.8\.0$/,
    remedy: /python -m pip install distributed==2026\.7\.1/,
  });
  await old.kill("a");
  await old.kill("scheduler");
  await old.startScheduler({});
  await old.startWorker("a");
  await assert.rejects(Promise.resolve(backend.runMonteCarlo(slow, WORK)), {
    name: "BackendUnavailableError",
    reason: /^The worker tcp:.* runs distributed 2026\.7\.1, and .*python has 2026\.8\.0$/,
  });
});

daskTest("a worker of another version that comes late is refused by name, and the job ended", async () => {
  const other = fileURLToPath(new URL("../../.venv/other-dask", import.meta.url));
  await using own = await DaskCluster.start({ workers: ["a"] });
  await using backend = getBackend("dask", { ...config, address: own.address, shards: 4 });
  const job = backend.runMonteCarlo(endless, { nSimulations: 4 });
  job.catch(() => {});
  await own.untilShards((count) => count === 1);
  await own.startWorker("b", { PYTHONPATH: other });
  await assert.rejects(Promise.resolve(job), {
    name: "BackendUnavailableError",
    reason: /^The worker tcp:.* runs distributed 2026\.7\.1, and .*python has 2026\.8\.0$/,
    remedy: /python -m pip install distributed==2026\.7\.1/,
  });
  assert.deepEqual(own.shards(), []);
});

daskTest("the example computes on a cluster of its own what it does on the cores", async () => {
  const env = { VIRTUAL_ENV: dirname(dirname(python().path!)) };
  const output = await runExample("dask_significance.ts", env, ["--surrogates=400"]);
  assert.match(output, /dask +\d+\.\d s, checksum.*workers +\d+\.\d s, checksum.*Equal to the last bit/s);
});

/** Makes an authority, and a certificate that it signed: paths of its certificate, of the other and of the other's key. */
async function certificates(folder: string, name: string): Promise<[ca: string, cert: string, key: string]> {
  await mkdir(folder, { recursive: true });
  const made = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  const script = `cd "$0" && openssl req -x509 -subj /CN=authority ${made} -keyout ca.key -out ca.pem -days 2 &&
    openssl req -subj /CN=${name} ${made} -keyout key.pem -out request.pem &&
    openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 2`;
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", script, folder] }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return [join(folder, "ca.pem"), join(folder, "cert.pem"), join(folder, "key.pem")];
}

/** Starts the scheduler and the workers again, as after a power cut. */
async function restart(): Promise<void> {
  for (const name of ["scheduler", "a", "b"]) await cluster.kill(name);
  await cluster.startScheduler();
  await Promise.all(["a", "b"].map((name) => cluster.startWorker(name)));
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Process ids of the bridges that a process has started. */
function bridges(parent = Deno.pid): number[] {
  return childrenOf(parent).filter((pid) => commandLine(pid).includes("morlet-dask-bridge"));
}

async function untilEnded(pid: number): Promise<void> {
  for (let i = 0; i < 1500 && commandLine(pid); i++) await new Promise((wake) => setTimeout(wake, 20));
  assert.equal(commandLine(pid), "");
}
