import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { getBackend, Job, listBackends, SlurmConfig } from "../../backends/mod.ts";
import { cancelJobs, jobStates } from "../../backends/slurm/commands.ts";
import { sbatchOptions } from "../../backends/slurm/sbatch_options.ts";
import { describeEnd, hasEnded, isTransientEnd, stateName } from "../../backends/slurm/states.ts";
import { slurmTest, until } from "../slurm_test_case.ts";
import { runJob } from "./slurm_run.ts";

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

slurmTest(
  "the command runs once, workers stay within the allocation, Deno is found where nodes have it",
  async (_, folder) => {
    const code = `import { coresHere } from ${JSON.stringify(import.meta.resolve("../../backends/cores.ts"))};
    console.log(coresHere(), Deno.env.get("SLURM_NTASKS"));`;
    const { stdout, stderr } = await runJob(folder, [Deno.execPath(), "eval", code], { ntasks: 2, cpus_per_task: 1 });
    assert.equal(stdout, "1 2\n", stderr);
    const own = { module: "backends/cores.ts", args: [], permissions: [] };
    const env_vars = { PATH: `${dirname(Deno.execPath())}:/usr/bin:/bin` };
    const elsewhere = await runJob(folder, own, { deno: "/nowhere/deno", env_vars });
    assert.ok(elsewhere.success, elsewhere.stderr); // by the Deno on the node's PATH
  },
);

slurmTest("how a command failed is told, and a transient failure is tried again", async (_, folder) => {
  const failed = await runJob(folder, "echo why >&2; exit 3", { retries: 2 });
  assert.deepEqual([failed.success, failed.exitCode, failed.signal, failed.attempts], [false, 3, null, 1]);
  assert.match(failed.reason!, /^The command exited with code 3 in the job \d+$/);
  const killed = await runJob(folder, "kill -s SEGV $$");
  assert.deepEqual([killed.exitCode, killed.signal], [null, "SIGSEGV"]);
  const missing = await runJob(folder, ["no-such-program-of-ours"]);
  assert.equal(missing.exitCode, 127);
  assert.match(missing.stderr, /no-such-program-of-ours.*not found/);
  const unseen = await runJob(folder, "rm out.txt; echo lost", { output_file: "out.txt" });
  assert.match(unseen.stderr, /^What the job wrote to .*out\.txt.* is not seen from here\n$/);
  const flaky = await runJob(folder, "echo x >> tries; [ $(wc -l < tries) -ge 3 ] || exit 75", { retries: 4 });
  assert.deepEqual([flaky.success, flaky.attempts], [true, 3]);
});

slurmTest("names, arguments and values survive whatever is in them", async (_, folder) => {
  const hard = "a 'b' \"c\" $HOME `id` \\ \\n % %j * ; & | \r\n#SBATCH --nodes=9\n  ~ é\t";
  for (
    const name of ["plain", 'it\'s "$(odd)" `x`', "per%cent %j", "back\\slash\\\\ %j", "new\nline\n#SBATCH --nodes=9"]
  ) {
    const workspace = join(folder, name);
    await mkdir(workspace);
    const { stdout, stderr } = await runJob(workspace, ["printf", "%s|", hard, "", "-n", "$1"]);
    assert.equal(stdout, `${hard}||-n|$1|`, stderr);
  }
  const env_vars = { HARD: hard, "odd.name-1": hard, PATH: "/nowhere:/usr/bin:/bin" };
  const { stdout } = await runJob(
    folder,
    [Deno.execPath(), "eval", "console.log(JSON.stringify(Deno.env.toObject()))"],
    {
      env_vars,
      working_dir: "/tmp",
    },
  );
  const { HARD, "odd.name-1": odd, PATH, PWD, MORLET_WORKSPACE } = JSON.parse(stdout);
  assert.deepEqual({ HARD, "odd.name-1": odd, PATH }, env_vars);
  assert.deepEqual([PWD, MORLET_WORKSPACE], ["/tmp", folder]);
  const shell = await runJob(folder, `x='two  words'; echo "$x" '$x' | tr w W; echo "it's \\$5"`);
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

slurmTest("where accounts are kept, they know a job that the controller has forgotten", async (cluster, folder) => {
  await using backend = getBackend("slurm", { account: "root", qos: "normal", retries: 0 });
  const options = { workspace: folder }, command = "echo once; exit 4";
  const { id } = await backend.submit(command, options);
  const elsewhere = join(folder, "elsewhere");
  await mkdir(elsewhere);
  const other = await backend.submit("sleep 1000", { workspace: elsewhere });
  const state = async (id: string) => (await jobStates([id])).get(id);
  await until(async () => (await state(other.id))?.state === "RUNNING" && hasEnded((await state(id))!));
  await cancelJobs([other.id]);
  await until(async () => hasEnded((await state(other.id))!));
  await cluster.forget();
  assert.equal((await state(other.id))?.state, "CANCELLED");
  const [notes] = (await readdir(join(folder, "logs"))).filter((name) => /^slurm-[^j]/.test(name));
  await Deno.remove(join(folder, "logs", notes, "ended")); // its own word is not there either
  const outcome = await backend.attach(command, options);
  assert.deepEqual([outcome.success, outcome.exitCode, outcome.stdout], [false, 4, "once\n"], outcome.reason);
}, { accounting: true });

slurmTest("a list of backends tells of the cluster, and why it cannot be used", async (cluster) => {
  const slurm = async () => (await listBackends()).find(({ name }) => name === "slurm")!.availability;
  const up = await slurm();
  assert.ok(up.available);
  assert.match(up.detail!, /^Slurm \d+\.\d+\S*, cluster morlet_test: main\* \(2 of 2 nodes idle\), small \(1 of 1 /);
  await cluster.stopController();
  const down = await slurm();
  assert.ok(!down.available);
  assert.match(down.reason, /Unable to contact slurm controller/);
  const empty = join(cluster.folder, "empty.conf");
  await writeFile(empty, "");
  for (
    const [conf, why] of [["/nowhere.conf", /^SLURM_CONF names .nowhere.conf/], [empty, /^No cluster is configured/]]
  ) {
    Deno.env.set("SLURM_CONF", conf as string);
    const unset = await slurm();
    Deno.env.set("SLURM_CONF", cluster.conf);
    assert.ok(!unset.available);
    assert.match(unset.reason, why as RegExp);
  }
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
