import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getBackend, JobCancelledError } from "../../backends/mod.ts";
import { mark, processesWith } from "../process_list.ts";
import { slurmTest, until } from "../slurm_test_case.ts";
import { runJob } from "./slurm_run.ts";

slurmTest("what the cluster refuses is told in its own words", async (_, folder) => {
  const unknown = "Invalid partition name specified";
  await assert.rejects(runJob(folder, "true", { partition: "nowhere" }), {
    name: "SlurmError",
    message: RegExp(unknown),
  });
  await assert.rejects(runJob(folder, "true", { additional_options: ["--no-such-option"] }), /unrecognized option/);
  // By default Slurm takes a job that can never start, and lets it wait.
  const vain = await runJob(folder, "true", { nodes: 5 });
  assert.equal(vain.success, false);
  assert.match(
    vain.reason!,
    /^The job \d+ was withdrawn, as it would wait for ever: the cluster says PENDING \(Partition/,
  );
  assert.deepEqual((await readdir(join(folder, "logs"))).filter((name) => name.includes("slurm")), []);
});

slurmTest("a cluster that refuses what can never start says so at once", async (_, folder) => {
  await assert.rejects(
    runJob(folder, "true", { nodes: 5 }),
    /^SlurmError: sbatch says: Batch job submission failed: [^\n]+$/,
  );
}, { conf: "EnforcePartLimits=ALL" });

slurmTest("a run over its time is ended with all its processes", async (_, folder) => {
  const sleep = mark();
  const command = `trap "" TERM; sleep ${sleep} & (trap "" TERM; sleep ${sleep}); echo never`;
  const outcome = await runJob(folder, command, { timeout: 2, retries: 3 });
  assert.deepEqual([outcome.success, outcome.timedOut, outcome.attempts], [false, true, 1]);
  assert.match(outcome.reason!, /was ended as its time of 2 s was over/);
  assert.deepEqual(processesWith(sleep), []);
});

slurmTest("a run over its memory is told as that", async (_, folder) => {
  const code =
    "const a = []; for (;;) { a.push(new Uint8Array(1e7).fill(1)); await new Promise((r) => setTimeout(r, 50)); }";
  const outcome = await runJob(folder, [Deno.execPath(), "eval", code], {
    additional_options: ["--mem=200"],
    retries: 3,
  });
  assert.deepEqual([outcome.success, outcome.attempts], [false, 1]);
  assert.match(outcome.reason!, /ran out of memory/);
});

slurmTest("a job cancelled from outside is told as that, and not sent again", async (_, folder) => {
  const job = runJob(folder, "sleep 1000", { retries: 3 }, {
    onStatus: (status) => {
      const id = /^job (\d+) is RUNNING/.exec(status)?.[1];
      if (id) new Deno.Command("scancel", { args: [id] }).outputSync();
    },
  });
  const outcome = await job;
  assert.deepEqual([outcome.success, outcome.exitCode, outcome.attempts], [false, null, 1]);
  assert.match(outcome.reason!, /^The job \d+ was cancelled from outside on n\d \(CANCELLED\)/);
});

slurmTest("cancelling a run ends its job, whether it waits or runs", async (cluster, folder) => {
  const sleep = mark();
  await using backend = getBackend("slurm");
  const running = backend.run(`echo started; sleep ${sleep}`, { workspace: folder, onOutput: () => running.cancel() });
  await assert.rejects(running, JobCancelledError);
  assert.deepEqual([processesWith(sleep), await cluster.jobs()], [[], []]);
  await using held = getBackend("slurm", { additional_options: ["--hold"] });
  const waiting = held.run("true", {
    workspace: folder,
    onStatus: (status) => /Held/.test(status) && waiting.cancel(),
  });
  await assert.rejects(waiting, JobCancelledError);
  const dropped = backend.run(`echo started; sleep ${sleep}`, {
    workspace: folder,
    onOutput: () => void backend[Symbol.asyncDispose](),
  });
  await assert.rejects(dropped, { name: "BackendClosedError" });
  assert.deepEqual([processesWith(sleep), await cluster.jobs()], [[], []]);
  assert.deepEqual((await readdir(join(folder, "logs"))).filter((name) => name.includes("slurm")), []);
});

slurmTest(
  "a run whose node vanishes is sent again where that is asked, else the node is named",
  async (cluster, folder) => {
    const lose = async (retries: number) => {
      const states: string[] = [];
      let said = "";
      const job = runJob(folder, "echo attempt; until [ -e go ]; do sleep 0.1; done; echo end", { retries }, {
        onStatus: (state) => states.push(state),
        onOutput: (text) => said += text,
      });
      const on = () =>
        states.map((state) => / RUNNING on (n[12])$/.exec(state)?.[1]).filter((node) => node !== undefined);
      await until(() => on().length === 1 && said === "attempt\n");
      const node = on()[0] as "n1" | "n2";
      await cluster.killNode(node);
      if (retries > 0) await until(() => on().length === 2);
      await writeFile(join(folder, "go"), "");
      const outcome = await job;
      await cluster.startNode(node);
      await Deno.remove(join(folder, "go"));
      return { outcome, node };
    };
    const { outcome: again } = await lose(1);
    assert.deepEqual([again.success, again.attempts], [true, 2], again.reason);
    assert.equal(again.stdout, "attempt\nend\n");
    assert.equal(
      await readFile(again.logs!.stdout, "utf8"),
      "attempt\nattempt\nend\n",
      "the first attempt's stays, too",
    );
    const { outcome: lost, node } = await lose(0);
    assert.equal(lost.success, false);
    assert.match(lost.reason!, new RegExp(`^The job \\d+ ended as a node of it failed on ${node} \\(NODE_FAIL`));
  },
);

slurmTest("a job that makes room for another is sent again", async (_, folder) => {
  const urgent = join(folder, "urgent");
  await Deno.mkdir(urgent);
  const states: string[] = [];
  const all = { nodes: 2, additional_options: ["--exclusive"] };
  const job = runJob(folder, "echo attempt; until [ -e go ]; do sleep 0.1; done", { ...all, retries: 1 }, {
    onStatus: (state) => states.push(state),
  });
  await until(() => states.some((state) => /RUNNING/.test(state)));
  const other = await runJob(urgent, "touch ../go", { ...all, partition: "urgent" });
  assert.ok(other.success, other.reason);
  const outcome = await job;
  assert.deepEqual([outcome.success, outcome.attempts], [true, 2], outcome.reason);
}, {
  conf: `PreemptType=preempt/partition_prio
PreemptMode=CANCEL
PartitionName=urgent Nodes=n1,n2 PriorityTier=10`,
});

slurmTest("a controller that is restarted in the middle of a run loses nothing", async (cluster, folder) => {
  const states: string[] = [];
  const job = runJob(folder, "echo begun; until [ -e go ]; do sleep 0.1; done; echo end", {}, {
    onStatus: (state) => states.push(state),
  });
  await until(() => states.some((state) => /RUNNING/.test(state)));
  await cluster.stopController();
  await writeFile(join(folder, "go"), ""); // it ends while the controller is away
  await until(async () => /end/.test(await readFile(join(folder, "logs/stdout.log"), "utf8")));
  await cluster.startController();
  const outcome = await job;
  assert.deepEqual([outcome.success, outcome.attempts, outcome.stdout], [true, 1, "begun\nend\n"], outcome.reason);
});

slurmTest("a job goes on when its client is killed by SIGKILL, and the next finds it", async (cluster, folder) => {
  const command = "echo begun; until [ -e go ]; do sleep 0.1; done; echo end $SLURM_JOB_ID";
  const script = join(folder, "client.ts");
  await writeFile(
    script,
    `import { getBackend } from ${JSON.stringify(import.meta.resolve("../../backends/mod.ts"))};
     await getBackend("slurm").run(${JSON.stringify(command)}, {
       workspace: ${JSON.stringify(folder)},
       onOutput: () => Deno.kill(Deno.pid, "SIGKILL"),
     });`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { signal } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", "--config", config, script],
  }).output();
  assert.equal(signal, "SIGKILL");
  const [job] = await cluster.jobs();
  assert.match(job, /RUNNING/);
  await assert.rejects(runJob(folder, "another command"), {
    name: "RunUnderWayError",
    message: /the job \d+ of another command/,
  });
  const seen: string[] = [];
  const outcome = await runJob(folder, command, {}, {
    onOutput(text) {
      seen.push(text);
      Deno.writeTextFileSync(join(folder, "go"), "");
    },
  });
  const id = job.split(" ")[0];
  assert.deepEqual([outcome.success, outcome.stdout], [true, `begun\nend ${id}\n`], outcome.reason);
  assert.equal(await readFile(outcome.logs!.stdout, "utf8"), outcome.stdout, "nothing is there twice");
  assert.equal(seen.join(""), outcome.stdout);
});

slurmTest("a job that its client was about to end is ended by the next", async (cluster, folder) => {
  await using backend = getBackend("slurm");
  await backend.submit("sleep 1000", { workspace: folder });
  const path = join(folder, "logs/slurm-job.json");
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), cancelled: true }));
  const outcome = await runJob(folder, "echo another");
  assert.equal(outcome.stdout, "another\n");
  assert.deepEqual(await cluster.jobs(), []);
});

slurmTest(
  "a job whose number its client never learnt is found by its token; one that the cluster forgot, by its own word",
  async (
    cluster,
    folder,
  ) => {
    await using backend = getBackend("slurm", { retries: 0 });
    const options = { workspace: folder }, command = "echo once; exit 4";
    const { id } = await backend.submit(command, options);
    const path = join(folder, "logs/slurm-job.json");
    const { id: known, ...record } = JSON.parse(await readFile(path, "utf8"));
    assert.equal(known, id);
    await writeFile(path, JSON.stringify(record)); // as a client leaves it that is killed while sbatch answers
    assert.equal((await backend.submit(command, options)).id, id);
    await until(async () => (await cluster.jobs()).length === 0);
    await cluster.forget();
    await writeFile(path, JSON.stringify({ ...record, id }));
    const outcome = await backend.attach(command, options);
    assert.deepEqual([outcome.success, outcome.exitCode, outcome.stdout], [false, 4, "once\n"], outcome.reason);
    await cluster.idle();
  },
);
