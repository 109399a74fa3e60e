import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelRun, pipeline, readCoherence, StageError, WorkspaceError } from "../../runs/mod.ts";
import { mark, processesWith } from "../process_list.ts";
import { folder, smallStudy } from "./folder.ts";

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Mounts a file system on a folder until the result is disposed of; undefined where that is not allowed. */
async function mounted(path: string, options: string): Promise<AsyncDisposable | undefined> {
  const mount = async (...args: string[]) => {
    const { success } = await new Deno.Command("sh", { args: ["-c", '"$@"', "sh", ...args], stderr: "null" }).output();
    return success;
  };
  if (!await mount("mount", "-t", "tmpfs", "-o", options, "tmpfs", path)) return undefined;
  return { [Symbol.asyncDispose]: async () => void await mount("umount", path) };
}

/** Only root may mount. */
function rootTest(name: string, fn: () => Promise<void>): void {
  const able = Deno.build.os === "linux" && Deno.uid() === 0, required = Deno.env.get("CI") === "true";
  Deno.test({
    name: able || required ? name : `${name} (ignored: only root may mount)`,
    ignore: !able && !required,
    fn,
  });
}

/** Runs a pipeline in a process of its own, which writes what the run writes, and is there to be killed. */
function startPipeline(file: string, hold: string[] = []): Deno.ChildProcess {
  const code = `import { pipeline } from ${JSON.stringify(import.meta.resolve("../../runs/mod.ts"))};
    const stages = ${JSON.stringify(hold)};
    await pipeline(Deno.args[0], {
      onOutput: (text) => Deno.stdout.writeSync(new TextEncoder().encode(text)),
      onStage: ({ stage }) => {
        Deno.stdout.writeSync(new TextEncoder().encode("stage " + stage + "\\n"));
        if (stages.includes(stage)) while (true); // until it is killed
      },
    });`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", CONFIG, code, file],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Kills a process as soon as it has written a text. */
async function killAfter(child: Deno.ChildProcess, text: string): Promise<void> {
  let seen = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen += chunk;
    if (seen.includes(text)) break;
  }
  child.kill("SIGKILL");
  const { signal } = await child.status;
  assert.equal(signal, "SIGKILL", seen);
}

async function gone(text: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (processesWith(text).length > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 50));
  assert.deepEqual(processesWith(text), []);
}

Deno.test("Morlet is killed while the run is under way: the run ends with it, and is run again", async () => {
  await using dir = await folder();
  const sleep = mark(), file = join(dir.path, "study.json");
  const command = `echo kept >> outputs/out.txt; echo under way; [ -e ../again ] || sleep ${sleep}`;
  const model = { type: "command", command, outputs: ["out.txt"] };
  await writeFile(file, JSON.stringify({ run_id: "killed", output_dir: ".", model, postprocess: { type: "noop" } }));
  await killAfter(startPipeline(file), "under way");
  await gone(sleep);
  const run = await ModelRun.fromFile(file), { seed } = (await run.settings())!;
  assert.deepEqual(await run.missing(), ["run", "postprocess.0"]);
  await writeFile(join(dir.path, "again"), "");
  const result = await pipeline(file);
  assert.deepEqual(result.stages.map(({ status }) => status), ["kept", "done", "done"]);
  assert.equal(result.seed, seed, "the seed that was drawn is kept");
  assert.equal(await readFile(join(run.workspace, "outputs/out.txt"), "utf8"), "kept\nkept\n", "nothing is lost");
});

for (const stage of ["generate", "run", "postprocess: noop"]) {
  Deno.test(`Morlet is killed after the stage "${stage}": what is done is kept, and nothing is done twice`, async () => {
    await using dir = await folder();
    const file = join(dir.path, "study.json");
    await writeFile(
      file,
      JSON.stringify(await smallStudy(dir.path, { postprocess: [{ type: "noop" }, { type: "analyze" }] })),
    );
    await killAfter(startPipeline(file, [stage]), `stage ${stage}\n`);
    const before = await (await ModelRun.fromFile(file)).record();
    const { stages, workspace } = await pipeline(file);
    const done = stages.findIndex(({ stage: name }) => name === stage);
    assert.deepEqual(stages.map(({ status }) => status), stages.map((_, i) => i <= done ? "kept" : "done"));
    const after = await (await ModelRun.fromFile(file)).record();
    assert.equal(after!.generated, before!.generated);
    if (before!.run) assert.deepEqual(after!.run, before!.run);
    assert.equal((await readdir(workspace, { recursive: true })).some((name) => name.endsWith(".part")), false);
  });
}

Deno.test("a workspace that was interrupted while it was made is made anew", async () => {
  await using dir = await folder();
  const run = new ModelRun(await smallStudy(dir.path));
  await Deno.mkdir(join(run.workspace, "inputs"), { recursive: true });
  await writeFile(join(run.workspace, ".lock"), "");
  await writeFile(join(run.workspace, "inputs/pair.csv.part"), "half a fi");
  await pipeline(run);
  assert.deepEqual(await readdir(join(run.workspace, "inputs")), ["pair.csv"]);
});

Deno.test("the run's process is killed: the stage fails with the signal, and goes on when started again", async () => {
  await using dir = await folder();
  const study = {
    run_id: "signal",
    output_dir: dir.path,
    model: {
      type: "command",
      command: "[ -e ../again ] || kill -s KILL $$; echo x > outputs/x.txt",
      outputs: ["x.txt"],
    },
  };
  await assert.rejects(
    async () => await pipeline(new ModelRun(study)),
    (error: Error) => error instanceof StageError && /ended by SIGKILL/.test(error.message),
  );
  await writeFile(join(dir.path, "again"), "");
  assert.deepEqual((await pipeline(new ModelRun(study))).stages.map(({ status }) => status), ["kept", "done"]);
});

rootTest("the disk is full: the stage fails and says so, and goes on when there is room", async () => {
  await using dir = await folder();
  await Deno.mkdir(join(dir.path, "disk"));
  await using disk = await mounted(join(dir.path, "disk"), "size=256k");
  assert.ok(disk, "a small file system can be mounted");
  const study = await smallStudy(dir.path, { output_dir: join(dir.path, "disk") });
  await assert.rejects(async () => await pipeline(new ModelRun(study)), (error: Error) => {
    assert.ok(error instanceof StageError && error.stage === "run", String(error));
    assert.match(error.message, /No space left|ENOSPC|os error 28/);
    return true;
  });
  const run = new ModelRun(study), names = await readdir(join(run.workspace, "outputs"));
  assert.deepEqual(names.filter((name) => name.endsWith(".part")), [], "no half file is left");
  assert.equal(names.includes("results.json"), false);
  assert.deepEqual(await run.missing(), ["run"]);
  const room = await new Deno.Command("mount", { args: ["-o", "remount,size=64m", join(dir.path, "disk")] }).output();
  assert.ok(room.success);
  assert.deepEqual((await pipeline(run)).stages.map(({ status }) => status), ["kept", "done"]);
  await readCoherence(join(run.workspace, "outputs/results.nc"));
});

rootTest("the disk is full of what a command writes: its output is not lost in silence", async () => {
  await using dir = await folder();
  await Deno.mkdir(join(dir.path, "disk"));
  await using disk = await mounted(join(dir.path, "disk"), "size=256k");
  assert.ok(disk);
  const command =
    "i=0; while [ $i -lt 4000 ]; do echo 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789; i=$((i+1)); done";
  const study = { run_id: "loud", output_dir: join(dir.path, "disk"), model: { type: "command", command } };
  await assert.rejects(
    async () => await pipeline(new ModelRun(study)),
    (error: Error) => error instanceof StageError && /No space left|ENOSPC|os error 28/.test(error.message),
  );
});

rootTest("the workspace is read-only: the pipeline refuses before anything is lost", async () => {
  await using dir = await folder();
  await Deno.mkdir(join(dir.path, "disk"));
  await using disk = await mounted(join(dir.path, "disk"), "size=64m");
  assert.ok(disk);
  const study = await smallStudy(dir.path, { output_dir: join(dir.path, "disk") });
  const run = new ModelRun(study);
  await run.generate();
  const options = (mode: string) =>
    new Deno.Command("mount", { args: ["-o", `remount,${mode}`, join(dir.path, "disk")] }).output();
  assert.ok((await options("ro")).success);
  await assert.rejects(async () => await pipeline(run), (error: Error) => {
    assert.match(error.message, /[Rr]ead-only/);
    return true;
  });
  assert.ok((await options("rw")).success);
  assert.deepEqual((await pipeline(new ModelRun(study))).stages.map(({ status }) => status), ["kept", "done"]);
});

Deno.test("two Morlets start the same study at once: one does the work, the other is refused", async () => {
  await using dir = await folder();
  const model = { type: "command", command: "sleep 0.3; echo x >> outputs/x.txt", outputs: ["x.txt"] };
  const study = { run_id: "twice", output_dir: dir.path, seed: 1, model };
  const results = await Promise.allSettled([pipeline(new ModelRun(study)), pipeline(new ModelRun(study))]);
  const refused = results.filter((result) => result.status === "rejected");
  assert.equal(refused.length, 1);
  assert.ok(refused[0].reason instanceof WorkspaceError);
  assert.equal(await readFile(join(dir.path, "twice/outputs/x.txt"), "utf8"), "x\n");
});
