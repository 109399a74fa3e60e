import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getBackend, Job, JobCancelledError, local, LocalConfig } from "../../backends/mod.ts";
import type { RunOutcome, RunRequest } from "../../backends/mod.ts";
import { mark, processesWith } from "../process_list.ts";
import { InvalidArgumentError } from "../../random/mod.ts";

/** A folder that is gone after the test. */
async function folder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "morlet-local-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Runs with a configuration that may have a shorter timeout than users may ask for. */
async function run(
  workspace: string,
  command: RunRequest["command"],
  config: Partial<LocalConfig> = {},
  signal = new AbortController().signal,
): Promise<RunOutcome> {
  const engine = await local.open({ ...LocalConfig.parse({}), ...config });
  return await engine.run!({ command, workspace, readOnly: [], env: {}, logs: join(workspace, "logs"), signal });
}

Deno.test("a command runs in its workspace; its output is captured and kept", async () => {
  await using dir = await folder();
  await using backend = getBackend("local", { env_vars: { GREETING: "hello" } });
  const seen: string[] = [];
  const job = backend.run('echo "$GREETING $OTHER"; pwd; echo oops >&2', {
    workspace: dir.path,
    env: { OTHER: "you", GREETING: "the configuration wins" },
    onOutput: (text, stream) => seen.push(`${stream}: ${text}`),
  });
  assert.ok(job instanceof Job);
  const outcome = await job;
  assert.equal(outcome.success, true);
  assert.deepEqual([outcome.exitCode, outcome.signal, outcome.timedOut, outcome.attempts], [0, null, false, 1]);
  assert.equal(outcome.stdout, `hello you\n${await Deno.realPath(dir.path)}\n`);
  assert.equal(outcome.stderr, "oops\n");
  assert.equal(await readFile(join(dir.path, "logs/stdout.log"), "utf8"), outcome.stdout);
  assert.equal(await readFile(join(dir.path, "logs/stderr.log"), "utf8"), outcome.stderr);
  assert.ok(seen.includes("stderr: oops\n"));
  assert.ok(outcome.usage.wallSeconds > 0);
});

Deno.test("a list is a program and its arguments; a string is the shell's, or is cut at blanks where shell is off", async () => {
  await using dir = await folder();
  assert.equal((await run(dir.path, ["echo", "$HOME", "two words"])).stdout, "$HOME two words\n");
  assert.equal((await run(dir.path, "echo a | tr a b")).stdout, "b\n");
  assert.equal((await run(dir.path, "echo 'a b' | c", { shell: false })).stdout, "a b | c\n");
});

Deno.test("the configuration's command stands in the place of the run's", async () => {
  await using dir = await folder();
  assert.equal((await run(dir.path, "echo model", { command: "echo configuration" })).stdout, "configuration\n");
  await assert.rejects(run(dir.path, undefined), InvalidArgumentError);
  await assert.rejects(
    run(dir.path, { module: "x.ts", args: [], permissions: [] }, { command: "echo" }),
    (error: Error) => error instanceof InvalidArgumentError && error.field === "command",
  );
});

Deno.test("exit code and signal are told", async () => {
  await using dir = await folder();
  const failed = await run(dir.path, "exit 3");
  assert.deepEqual([failed.success, failed.exitCode, failed.signal], [false, 3, null]);
  assert.match(failed.reason!, /exited with code 3/);
  const killed = await run(dir.path, "kill -s KILL $$");
  assert.deepEqual([killed.success, killed.exitCode, killed.signal], [false, null, "SIGKILL"]);
  assert.match(killed.reason!, /ended by SIGKILL/);
  const code137 = await run(dir.path, "exit 137");
  assert.deepEqual([code137.exitCode, code137.signal], [137, null]);
});

Deno.test("a timeout ends the whole group of processes, also those that ignore SIGTERM", async () => {
  await using dir = await folder();
  const sleep = mark();
  const outcome = await run(
    dir.path,
    `trap "" TERM; sleep ${sleep} & (trap "" TERM; sleep ${sleep}; sleep ${sleep}); echo never`,
    { timeout: 1 },
  );
  assert.equal(outcome.timedOut, true);
  assert.equal(outcome.success, false);
  assert.match(outcome.reason!, /time of 1 s was over/);
  assert.deepEqual(processesWith(sleep), []);
});

Deno.test("what a command leaves in the background ends with it", async () => {
  await using dir = await folder();
  const sleep = mark();
  const outcome = await run(dir.path, `sleep ${sleep} & echo done`);
  assert.equal(outcome.success, true);
  assert.deepEqual(processesWith(sleep), []);
});

Deno.test("cancelling a run ends its processes", async () => {
  await using dir = await folder();
  await using backend = getBackend("local");
  const sleep = mark();
  const job = backend.run(`echo started; sleep ${sleep}`, { workspace: dir.path, onOutput: () => job.cancel() });
  await assert.rejects(job, JobCancelledError);
  assert.deepEqual(processesWith(sleep), []);
});

Deno.test("folder and environment of this process stay as they are", async () => {
  await using dir = await folder();
  const before = [Deno.cwd(), Deno.env.toObject()];
  const outcome = await run(dir.path, "echo $MORLET_TRIAL", {
    env_vars: { MORLET_TRIAL: "set" },
    working_dir: tmpdir(),
  });
  assert.equal(outcome.stdout, "set\n");
  assert.deepEqual([Deno.cwd(), Deno.env.toObject()], before);
});

Deno.test("output that is not captured is not kept", async () => {
  await using dir = await folder();
  const outcome = await run(dir.path, "echo word", { capture_output: false });
  assert.deepEqual([outcome.stdout, outcome.logs], ["", undefined]);
  await assert.rejects(readFile(join(dir.path, "logs/stdout.log")), { code: "ENOENT" });
});

Deno.test("output is streamed to this process's own, where asked", async () => {
  await using dir = await folder();
  const script = join(dir.path, "stream.ts");
  await writeFile(
    script,
    `import { getBackend } from ${JSON.stringify(import.meta.resolve("../../backends/mod.ts"))};
     await getBackend("local", { stream_output: true }).run("echo out; echo err >&2", { workspace: Deno.args[0] });`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", config, script, dir.path],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.deepEqual([text(stdout), text(stderr)], ["out\n", "err\n"]);
});

Deno.test("secrets are masked in output, logs and streams", async () => {
  await using dir = await folder();
  const outcome = await run(dir.path, "echo the token is $API_TOKEN", { env_vars: { API_TOKEN: "squeamish" } });
  assert.equal(outcome.stdout, "the token is ***\n");
  assert.equal(await readFile(join(dir.path, "logs/stdout.log"), "utf8"), "the token is ***\n");
});

Deno.test("transient failures are tried again, others are not", async () => {
  await using dir = await folder();
  const flaky = "echo x >> tries; [ $(wc -l < tries) -ge 3 ] || exit 75";
  const outcome = await run(dir.path, flaky, { retries: 4 });
  assert.deepEqual([outcome.success, outcome.attempts], [true, 3]);
  const wrong = await run(dir.path, "exit 1", { retries: 4 });
  assert.deepEqual([wrong.success, wrong.attempts], [false, 1]);
  const never = await run(dir.path, "exit 75", { retries: 1 });
  assert.deepEqual([never.success, never.attempts], [false, 2]);
});

Deno.test("a program that is not there is named", async () => {
  await using dir = await folder();
  await assert.rejects(run(dir.path, ["no-such-program-of-ours"]), /Cannot start "no-such-program-of-ours"/);
});

Deno.test("a run tells what it used", async () => {
  await using dir = await folder();
  const code =
    "const a = new Uint8Array(1e8).fill(1); const end = Date.now() + 800; while (Date.now() < end); console.log(a.length)";
  const { usage } = await run(dir.path, [Deno.execPath(), "eval", code]);
  assert.ok(usage.wallSeconds > 0.8, String(usage.wallSeconds));
  if (Deno.build.os !== "linux") return;
  assert.ok(usage.cpuSeconds! > 0.1, String(usage.cpuSeconds));
  assert.ok(usage.peakMemoryBytes! > 1e8, String(usage.peakMemoryBytes));
});

Deno.test("local refuses Monte Carlo work, and the others refuse to run commands", async () => {
  await using backend = getBackend("local");
  assert.throws(() => backend.runMonteCarlo((seed: number) => seed, { nSimulations: 1 }), /one that runs Monte Carlo/);
  await using other = getBackend("sequential");
  assert.throws(() => other.run("echo", { workspace: "." }), /one that runs commands/);
});

Deno.test("a run whose Morlet is killed by SIGKILL ends too", async () => {
  await using dir = await folder();
  const sleep = mark(), script = join(dir.path, "orphan.ts");
  await writeFile(
    script,
    `import { getBackend } from ${JSON.stringify(import.meta.resolve("../../backends/mod.ts"))};
     await getBackend("local").run("echo started; sleep ${sleep} & sleep ${sleep}", {
       workspace: ${JSON.stringify(dir.path)},
       onOutput: () => Deno.kill(Deno.pid, "SIGKILL"),
     });`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { signal } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", config, script],
  }).output();
  assert.equal(signal, "SIGKILL");
  const deadline = Date.now() + 30_000;
  while (processesWith(sleep).length > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50));
  assert.deepEqual(processesWith(sleep), []);
});
