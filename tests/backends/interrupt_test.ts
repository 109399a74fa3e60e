import assert from "node:assert/strict";

const BACKENDS = JSON.stringify(import.meta.resolve("../../backends/mod.ts"));
const SUITE = JSON.stringify(import.meta.resolve("../../testing/simulations.ts"));
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

function start(script: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", CONFIG, `data:text/javascript,${encodeURIComponent(script)}`],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
}

/** The processes that a process has started: number and program. */
async function childrenOf(pid: number): Promise<string[][]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "pid=,comm=", "--ppid", String(pid)] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").filter(Boolean).map((line) => line.trim().split(/\s+/));
}

for (
  const [name, worker] of [["processes", "(seed) => { while (true); }"], [
    "threads",
    `{ module: ${SUITE}, name: "uneven" }`,
  ]]
) {
  Deno.test(`Ctrl-C cancels work in ${name}, and nothing is left running`, async () => {
    const child = start(`
      import { getBackend } from ${BACKENDS};
      const backend = getBackend("workers", { n_jobs: 2 });
      const job = backend.runMonteCarlo(${worker}, { nSimulations: 1e6, workerArgs: [2] });
      setTimeout(() => console.log("running"), 700);
      try { await job; } catch (error) { console.log(error.name); }
      await backend[Symbol.asyncDispose]();
      console.log("cleaned up");`);
    const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("running")) text += (await output.read()).value ?? assert.fail("it ended early");
    const workers = await childrenOf(child.pid);
    // Beside each process a shell waits for the end of the program.
    assert.equal(workers.filter(([, program]) => program !== "sh").length, name === "processes" ? 2 : 0);
    child.kill("SIGINT");
    for (let part = await output.read(); !part.done; part = await output.read()) text += part.value;
    const [{ code }] = await Promise.all([child.status, child.stderr.cancel()]);
    assert.match(text, /JobCancelledError\ncleaned up/);
    assert.equal(code, 0);
    for (const [pid] of workers) assert.throws(() => Deno.kill(Number(pid), "SIGCONT"), Deno.errors.NotFound);
  });
}

Deno.test("a script that does not catch the cancellation ends with its message", async () => {
  const child = start(`
    import { getBackend } from ${BACKENDS};
    setTimeout(() => Deno.kill(Deno.pid, "SIGINT"), 500);
    await getBackend("sequential").runMonteCarlo((seed) => seed, { nSimulations: 1e9 });`);
  const { code, stderr } = await child.output();
  assert.equal(code, 1);
  assert.match(
    new TextDecoder().decode(stderr),
    /JobCancelledError: 1000000000 simulations on "sequential" was cancelled after \d+/,
  );
});

Deno.test("progress shows itself in a terminal and is quiet elsewhere", async () => {
  const script = `
    import { getBackend } from ${BACKENDS};
    const worker = { module: ${SUITE}, name: "uneven" };
    await getBackend("sequential").runMonteCarlo(worker, { nSimulations: 300, workerArgs: [4] });`;
  const quiet = await start(script).output();
  assert.deepEqual([quiet.stdout.length, quiet.stderr.length], [0, 0]);

  const entry = `data:text/javascript,${encodeURIComponent(script)}`;
  const command = `${Deno.execPath()} run -A --config ${CONFIG} '${entry}'`;
  const terminal = await new Deno.Command("script", { args: ["-qec", command, "/dev/null"], env: { TERM: "xterm" } })
    .output();
  assert.match(new TextDecoder().decode(terminal.stdout), /\d+ % \| \d+\/300 \| \S+ a second \| \d+ s left/);
});
