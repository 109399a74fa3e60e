import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { getBackend, Job, JobCancelledError, listBackends, SlurmConfig } from "../../backends/mod.ts";
import type { RunCommand, RunOptions, RunOutcome, SlurmConfig as Config } from "../../backends/mod.ts";
import { sbatchOptions } from "../../backends/slurm/sbatch_options.ts";
import { describeEnd, hasEnded, isTransientEnd, stateName } from "../../backends/slurm/states.ts";
import { mark, processesWith } from "../process_list.ts";
import { noSlurm, SlurmCluster } from "../slurm_cluster.ts";

const reason = noSlurm();

/** A test with a cluster, and a folder in it that all nodes see. */
function slurmTest(name: string, work: (cluster: SlurmCluster, folder: string) => Promise<void>, conf?: string): void {
  Deno.test({
    name: reason ? `${name} (ignored: ${reason})` : name,
    ignore: reason !== undefined,
    async fn() {
      await using cluster = await SlurmCluster.start({ conf });
      const folder = join(cluster.folder, "work");
      await mkdir(folder);
      await work(cluster, folder);
      assert.deepEqual(await cluster.jobs(), [], "nothing is left running");
    },
  });
}

/** Runs a command as a job. */
async function run(
  workspace: string,
  command: RunCommand,
  config: Partial<Config> = {},
  options: Partial<RunOptions> = {},
): Promise<RunOutcome> {
  await using backend = getBackend("slurm", { retries: 0, ...config });
  return await backend.run(command, { workspace, ...options });
}

/** Waits until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, "waited in vain");
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

slurmTest("a command runs as a job in its workspace; its output comes as it grows and is kept", async (_, folder) => {
  const seen: string[] = [], states: string[] = [];
  await using backend = getBackend("slurm", { env_vars: { GREETING: "hello", API_TOKEN: "squeamish" } });
  const job = backend.run(
    'echo "$GREETING $OTHER $API_TOKEN"; pwd; echo oops >&2; until [ -e go ]; do sleep 0.1; done; printf "no line end"',
    {
      workspace: folder,
      env: { OTHER: "you", GREETING: "the configuration wins" },
      onStatus: (state) => states.push(state),
      onOutput: (text, stream) => seen.push(`${stream}: ${text}`),
    },
  );
  await until(() => seen.length >= 2 && states.some((state) => /RUNNING/.test(state))); // before its end
  await writeFile(join(folder, "go"), "");
  assert.ok(job instanceof Job);
  const outcome = await job;
  assert.deepEqual([outcome.success, outcome.exitCode, outcome.signal, outcome.attempts], [true, 0, null, 1]);
  assert.equal(outcome.stdout, `hello you ***\n${folder}\nno line end`);
  assert.equal(outcome.stderr, "oops\n");
  assert.ok(seen.length >= 3, seen.join());
  assert.equal(await readFile(join(folder, "logs/stdout.log"), "utf8"), outcome.stdout);
  assert.equal(await readFile(outcome.logs!.stderr, "utf8"), "oops\n");
  assert.deepEqual((await readdir(join(folder, "logs"))).sort(), ["stderr.log", "stdout.log"]);
  assert.match(states.at(-1)!, /^job \d+ is RUNNING on n[12]$/);
  assert.equal(job.progress.status, states.at(-1));
  assert.ok(outcome.usage.wallSeconds > 0);
});

slurmTest("how a command failed is told, and a transient failure is tried again", async (_, folder) => {
  const failed = await run(folder, "echo why >&2; exit 3", { retries: 2 });
  assert.deepEqual([failed.success, failed.exitCode, failed.signal, failed.attempts], [false, 3, null, 1]);
  assert.match(failed.reason!, /^The command exited with code 3 in the job \d+$/);
  const killed = await run(folder, "kill -s SEGV $$");
  assert.deepEqual([killed.exitCode, killed.signal], [null, "SIGSEGV"]);
  const missing = await run(folder, ["no-such-program-of-ours"]);
  assert.equal(missing.exitCode, 127);
  assert.match(missing.stderr, /no-such-program-of-ours.*not found/);
  const flaky = await run(folder, "echo x >> tries; [ $(wc -l < tries) -ge 3 ] || exit 75", { retries: 4 });
  assert.deepEqual([flaky.success, flaky.attempts], [true, 3]);
});

slurmTest("names, arguments and values survive whatever is in them", async (_, folder) => {
  const hard = "a 'b' \"c\" $HOME `id` \\ \\n % %j * ; & | \r\n#SBATCH --nodes=9\n  ~ é\t";
  for (
    const name of ["plain", 'it\'s "$(odd)" `x`', "per%cent %j", "back\\slash\\\\ %j", "new\nline\n#SBATCH --nodes=9"]
  ) {
    const workspace = join(folder, name);
    await mkdir(workspace);
    const { stdout, stderr } = await run(workspace, ["printf", "%s|", hard, "", "-n", "$1"]);
    assert.equal(stdout, `${hard}||-n|$1|`, stderr);
  }
  const env_vars = { HARD: hard, "odd.name-1": hard, PATH: "/nowhere:/usr/bin:/bin" };
  const { stdout } = await run(folder, [Deno.execPath(), "eval", "console.log(JSON.stringify(Deno.env.toObject()))"], {
    env_vars,
    working_dir: "/tmp",
  });
  const { HARD, "odd.name-1": odd, PATH, PWD, MORLET_WORKSPACE } = JSON.parse(stdout);
  assert.deepEqual({ HARD, "odd.name-1": odd, PATH }, env_vars);
  assert.deepEqual([PWD, MORLET_WORKSPACE], ["/tmp", folder]);
  const shell = await run(folder, `x='two  words'; echo "$x" '$x' | tr w W; echo "it's \\$5"`);
  assert.equal(shell.stdout, "tWo  Words $x\nit's $5\n");
});

slurmTest("every field of the configuration acts", async (cluster, folder) => {
  const reservation = ["reservationname=morning", "starttime=now", "duration=60", "users=root", "nodes=n1,n2"];
  await new Deno.Command("scontrol", { args: ["create", "reservation", ...reservation], stdout: "null" }).output();
  const config = SlurmConfig.parse({
    ...{
      command: "echo out; echo err >&2",
      queue: "main",
      nodes: 2,
      ntasks: 4,
      cpus_per_task: 1,
      time_limit: "2:30:00",
    },
    ...{ account: "oceanography", qos: "normal", reservation: "morning", job_name: "my-job", mail_type: "END,FAIL" },
    ...{ mail_user: "me@example.org", output_file: "out-%j-%x.txt", error_file: "err-%j.txt", working_dir: folder },
    additional_options: ["--hold", "--mem-per-cpu 1G", "--nice=7"],
  });
  await using backend = getBackend("slurm", config);
  const { id, status } = await backend.submit(undefined, { workspace: folder });
  assert.equal(status, "PENDING (JobHeldUser)");
  const job = await cluster.job(id);
  const expected = {
    ...{ JobName: "my-job", Account: "oceanography", Partition: "main", NumTasks: "4", "CPUs/Task": "1" },
    ...{ TimeLimit: "02:30:00", Reservation: "morning", MailUser: "me@example.org", MailType: "END,FAIL", Nice: "7" },
    ...{ WorkDir: folder, StdOut: `${folder}/out-${id}-%x.txt`, MinMemoryCPU: "1G", Requeue: "0" },
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, job[key]])), {
    ...expected,
    StdOut: job.StdOut, // which of the patterns it has replaced already differs between versions
  });
  assert.match(job.NumNodes, /^2(-2)?$/);
  // Without accounting the controller does not keep it.
  assert.ok(sbatchOptions(config, { chdir: "/", output: "o", error: "e" }).includes("--qos=normal"));
  await new Deno.Command("scontrol", { args: ["release", id] }).output();
  const outcome = await backend.attach(undefined, { workspace: folder });
  assert.deepEqual([outcome.success, outcome.stdout, outcome.stderr], [true, "out\n", "err\n"], outcome.reason);
  assert.equal(await readFile(join(folder, `out-${id}-my-job.txt`), "utf8"), "out\n");
  assert.equal(await readFile(join(folder, `err-${id}.txt`), "utf8"), "err\n");
  const short = SlurmConfig.parse({ timeout: 90, nodes: 2 });
  const options = sbatchOptions(short, { chdir: "/", output: "o", error: "e" });
  assert.ok(
    options.includes("--time=0:01:30"),
    "the shorter of the two limits counts also where nobody follows the job",
  );
  assert.ok(options.includes("--nodes=2") && !options.some((option) => option.startsWith("--ntasks")));
});

slurmTest("what the cluster refuses is told in its own words", async (_, folder) => {
  const unknown = "Invalid partition name specified";
  await assert.rejects(run(folder, "true", { partition: "nowhere" }), { name: "SlurmError", message: RegExp(unknown) });
  await assert.rejects(run(folder, "true", { additional_options: ["--no-such-option"] }), /unrecognized option/);
  // By default Slurm takes a job that can never start, and lets it wait.
  const vain = await run(folder, "true", { nodes: 5 });
  assert.equal(vain.success, false);
  assert.match(
    vain.reason!,
    /^The job \d+ was withdrawn, as it would wait for ever: the cluster says PENDING \(Partition/,
  );
  assert.deepEqual((await readdir(join(folder, "logs"))).filter((name) => name.includes("slurm")), []);
});

slurmTest("a cluster that refuses what can never start says so at once", async (_, folder) => {
  await assert.rejects(
    run(folder, "true", { nodes: 5 }),
    /^SlurmError: sbatch says: sbatch: error: Batch job submission failed: /,
  );
}, "EnforcePartLimits=ALL");

slurmTest("a run over its time is ended with all its processes", async (_, folder) => {
  const sleep = mark();
  const command = `trap "" TERM; sleep ${sleep} & (trap "" TERM; sleep ${sleep}); echo never`;
  const outcome = await run(folder, command, { timeout: 2, retries: 3 });
  assert.deepEqual([outcome.success, outcome.timedOut, outcome.attempts], [false, true, 1]);
  assert.match(outcome.reason!, /was ended as its time of 2 s was over/);
  assert.deepEqual(processesWith(sleep), []);
});

slurmTest("a run over its memory is told as that", async (_, folder) => {
  const code =
    "const a = []; for (;;) { a.push(new Uint8Array(1e7).fill(1)); await new Promise((r) => setTimeout(r, 50)); }";
  const outcome = await run(folder, [Deno.execPath(), "eval", code], { additional_options: ["--mem=200"], retries: 3 });
  assert.deepEqual([outcome.success, outcome.attempts], [false, 1]);
  assert.match(outcome.reason!, /ran out of memory/);
});

slurmTest("a job cancelled from outside is told as that, and not sent again", async (_, folder) => {
  const job = run(folder, "sleep 1000", { retries: 3 }, {
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
      const job = run(folder, "echo attempt; until [ -e go ]; do sleep 0.1; done; echo end", { retries }, {
        onStatus: (state) => states.push(state),
      });
      const on = () =>
        states.map((state) => / RUNNING on (n[12])$/.exec(state)?.[1]).filter((node) => node !== undefined);
      await until(() => on().length === 1);
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

slurmTest("a controller that is restarted in the middle of a run loses nothing", async (cluster, folder) => {
  const states: string[] = [];
  const job = run(folder, "echo begun; until [ -e go ]; do sleep 0.1; done; echo end", {}, {
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
  await assert.rejects(run(folder, "another command"), { name: "OtherJobError", message: /scancel \d+/ });
  const seen: string[] = [];
  const outcome = await run(folder, command, {}, {
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

slurmTest(
  "a job that is submitted can be left, and followed from elsewhere, also after its end",
  async (cluster, folder) => {
    const options = { workspace: folder };
    let id: string;
    {
      await using first = getBackend("slurm");
      const ticket = await first.submit("echo by itself; exit 5", options);
      id = ticket.id;
      assert.match(ticket.status, /PENDING|RUNNING/);
      assert.ok(Date.parse(ticket.submitted) <= Date.now());
    } // its end does not end the job
    await until(async () => hasEnded({ ...await cluster.job(id), state: (await cluster.job(id)).JobState } as never));
    await using second = getBackend("slurm", { retries: 0 });
    const again = await second.submit("echo by itself; exit 5", options);
    assert.deepEqual([again.id, again.status], [id, "FAILED on n1"]);
    const outcome = await second.attach("echo by itself; exit 5", options);
    assert.deepEqual([outcome.success, outcome.exitCode, outcome.stdout], [false, 5, "by itself\n"]);
    await assert.rejects(Promise.resolve(second.attach("echo by itself; exit 5", options)), {
      name: "NothingSubmittedError",
    });
    await using local = getBackend("local");
    await assert.rejects(local.submit("true", options), /one whose runs go on without this process/);
  },
);

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
    await cluster.stopController();
    await Deno.remove(join(cluster.folder, "state"), { recursive: true });
    await mkdir(join(cluster.folder, "state"));
    await cluster.startController();
    await writeFile(path, JSON.stringify({ ...record, id }));
    const outcome = await backend.attach(command, options);
    assert.deepEqual([outcome.success, outcome.exitCode, outcome.stdout], [false, 4, "once\n"], outcome.reason);
    await cluster.idle();
  },
);

slurmTest("a list of backends tells of the cluster, and why it cannot be used", async (cluster) => {
  const slurm = async () => (await listBackends()).find(({ name }) => name === "slurm")!.availability;
  const up = await slurm();
  assert.ok(up.available);
  assert.match(up.detail!, /^Slurm \d+\.\d+\S*, cluster morlet_test: main\* \(2 of 2 nodes idle\), small \(1 of 1 /);
  await cluster.stopController();
  const down = await slurm();
  assert.ok(!down.available);
  assert.match(down.reason, /Unable to contact slurm controller/);
  const path = Deno.env.get("PATH")!;
  Deno.env.set("PATH", "/nowhere");
  try {
    const none = await slurm();
    assert.ok(!none.available);
    assert.match(none.reason, /not on the PATH/);
  } finally {
    Deno.env.set("PATH", path);
  }
  await cluster.startController();
});

Deno.test("every state is known by its whole name, with what Slurm adds to it", () => {
  const ended = [
    ...[
      "BOOT_FAIL",
      "CANCELLED",
      "COMPLETED",
      "DEADLINE",
      "FAILED",
      "NODE_FAIL",
      "OUT_OF_MEMORY",
      "PREEMPTED",
      "TIMEOUT",
    ],
    ...["REVOKED", "LAUNCH_FAILED", "RECONFIG_FAIL"],
  ];
  const alive = [
    ...[
      "PENDING",
      "CONFIGURING",
      "RUNNING",
      "SUSPENDED",
      "COMPLETING",
      "STAGE_OUT",
      "STOPPED",
      "SIGNALING",
      "RESIZING",
    ],
    ...["REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD", "POWER_UP_NODE", "toString"],
  ];
  const job = (state: string, reason = "") => ({ id: "12", state, reason, nodes: "n1", seconds: 1 });
  assert.deepEqual([ended.filter((name) => !hasEnded(job(name))), alive.filter((name) => hasEnded(job(name)))], [
    [],
    [],
  ]);
  assert.deepEqual(ended.filter((name) => isTransientEnd(job(name))), [
    ...["BOOT_FAIL", "NODE_FAIL", "PREEMPTED", "LAUNCH_FAILED", "RECONFIG_FAIL"],
  ]);
  assert.deepEqual(["CANCELLED by 1000", "CANCELLED+", " RUNNING "].map(stateName), [
    "CANCELLED",
    "CANCELLED",
    "RUNNING",
  ]);
  assert.equal(
    describeEnd(job("OUT_OF_MEMORY", "OutOfMemory")),
    "The job 12 ran out of memory on n1 (OUT_OF_MEMORY, OutOfMemory)",
  );
  assert.equal(
    describeEnd({ ...job("FAILED", "NonZeroExitCode"), exitCode: 3 }),
    "The job 12 failed with exit code 3 on n1 (FAILED, NonZeroExitCode)",
  );
});
