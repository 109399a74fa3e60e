import assert from "node:assert/strict";
import { getBackend, Job } from "../../backends/mod.ts";
import type { JobProgress } from "../../backends/mod.ts";

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const slow = (seed: number) => {
  for (const end = performance.now() + 2; performance.now() < end;);
  return seed;
};

Deno.test("a job is returned at once, tells its progress and can be awaited twice", async () => {
  const seen: JobProgress[] = [];
  const job = getBackend("sequential").runMonteCarlo(slow, {
    nSimulations: 100,
    seed: 1,
    onProgress: (p) => seen.push(p),
  });
  assert.ok(job instanceof Job);
  assert.deepEqual([job.progress.done, job.progress.total, job.running], [0, 100, true]);
  const values = await job;
  assert.equal(await job, values);
  assert.equal(job.running, false);
  assert.ok(seen.length >= 2, "progress was told on the way");
  assert.ok(seen.every((p, i) => i === 0 || p.done >= seen[i - 1].done), "it grows");
  const last = seen.at(-1)!;
  assert.deepEqual([last.done, last.total, last.remaining], [100, 100, 0]);
  assert.ok(last.rate > 0 && last.elapsed > 0);
});

Deno.test("cancel() ends a job, and so does a signal, with its reason", async () => {
  const job = getBackend("sequential").runMonteCarlo(slow, { nSimulations: 10_000, seed: 1 });
  await sleep(60);
  job.cancel();
  await assert.rejects(job, { name: "JobCancelledError", message: /was cancelled after \d+ of 10000 simulations/ });
  assert.ok(job.progress.done > 0 && job.progress.done < 10_000);

  const signalled = getBackend("sequential").runMonteCarlo(slow, {
    nSimulations: 10_000,
    signal: AbortSignal.timeout(50),
  });
  await assert.rejects(signalled, { name: "TimeoutError" });

  const early = getBackend("sequential").runMonteCarlo(slow, { nSimulations: 1, signal: AbortSignal.abort("no") });
  await assert.rejects(early, (reason: unknown) => reason === "no");
});

Deno.test("listeners hear of progress, of the end, and of failure", async () => {
  const heard: string[] = [];
  const backend = getBackend("sequential");
  await backend.runMonteCarlo(slow, { nSimulations: 50, seed: 1 })
    .on("progress", () => heard.includes("progress") || heard.push("progress"))
    .on("done", (values) => heard.push(`done ${values.length}`));
  await backend.runMonteCarlo(() => {
    throw new Error("x");
  }, { nSimulations: 1 }).on("failed", (error) => heard.push((error as Error).name)).catch(() => {});
  assert.deepEqual(heard, ["progress", "done 50", "SimulationError"]);
});

Deno.test("a job that fails un-awaited reports itself and does not end the script", async () => {
  const script = `
    import { getBackend } from ${JSON.stringify(import.meta.resolve("../../backends/mod.ts"))};
    getBackend("sequential").runMonteCarlo(() => { throw new Error("lost"); }, { nSimulations: 3, seed: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log("still here");`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const entry = `data:text/javascript,${encodeURIComponent(script)}`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", config, entry],
  })
    .output();
  assert.equal(code, 0);
  assert.match(new TextDecoder().decode(stdout), /still here/);
  assert.match(new TextDecoder().decode(stderr), /nothing awaits it[\s\S]*Simulation 0 .*Error: lost/);
});

Deno.test("closing a backend cancels its jobs, twice is harmless, and it cannot be used afterwards", async () => {
  const backend = getBackend("sequential");
  const job = backend.runMonteCarlo(slow, { nSimulations: 10_000 });
  await sleep(20);
  await backend[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
  await assert.rejects(job, { name: "BackendClosedError" });
  assert.throws(() => backend.runMonteCarlo(slow, { nSimulations: 1 }), { name: "BackendClosedError" });
});
