import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError, Job, JobCancelledError } from "../../backends/mod.ts";
import { ModelRun, pipeline, RunFailedError, StageError, WorkspaceError } from "../../runs/mod.ts";
import { mark, processesWith } from "../process_list.ts";
import { folder, smallStudy } from "./folder.ts";

const command = (path: string, line: string, more: object = {}) => ({
  run_id: "trial",
  output_dir: path,
  model: { type: "command", command: line, outputs: ["out.txt"] },
  ...more,
});

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

function isWorkspaceError(reason: WorkspaceError["reason"]): (error: Error) => boolean {
  return (error) => error instanceof WorkspaceError && error.reason === reason;
}

Deno.test("a pipeline takes a study through its stages and tells of each", async () => {
  await using dir = await folder();
  const file = join(dir.path, "study.json"), told: string[] = [];
  const study = await smallStudy(dir.path, { postprocess: [{ type: "noop" }, { type: "analyze" }] });
  await writeFile(file, JSON.stringify(study));
  const progress: number[] = [];
  const job = pipeline(file, {
    onStage: ({ stage }) => told.push(stage),
    onProgress: ({ done }) => progress.push(done),
  });
  assert.ok(job instanceof Job);
  const { success, stages, seed, workspace } = await job;
  assert.deepEqual([success, seed, workspace], [true, 7, join(dir.path, "small")]);
  assert.deepEqual(stages.map(({ stage, status }) => [stage, status]), [
    ["generate", "done"],
    ["run", "done"],
    ["postprocess: noop", "done"],
    ["postprocess: analyze", "done"],
  ]);
  assert.deepEqual(told, stages.map(({ stage }) => stage));
  assert.ok(stages[1].usage!.wallSeconds > 0);
  assert.equal(progress.at(-1), 20);
  const record = JSON.parse(await readFile(join(workspace, "run.json"), "utf8"));
  assert.ok(record.run.usage.wallSeconds > 0 && record.run.usage.peakMemoryBytes > 0);
});

Deno.test("a seed that is drawn is kept, and reaches the command", async () => {
  await using dir = await folder();
  const { seed, workspace } = await pipeline(new ModelRun(command(dir.path, "echo $MORLET_SEED > outputs/out.txt")));
  assert.ok(Number.isSafeInteger(seed));
  assert.equal(await readFile(join(workspace, "outputs/out.txt"), "utf8"), `${seed}\n`);
  assert.equal(JSON.parse(await readFile(join(workspace, "settings.json"), "utf8")).seed, seed);
});

Deno.test("a failing stage is named, the later ones are skipped, what it said is told", async () => {
  await using dir = await folder();
  const study = command(dir.path, "echo too bad >&2; exit 4", { postprocess: { type: "noop" } });
  await assert.rejects(async () => await pipeline(new ModelRun(study)), (error: Error) => {
    assert.ok(error instanceof StageError && error.cause instanceof RunFailedError);
    assert.equal(error.stage, "run");
    assert.match(error.message, /The stage "run" of the run "trial" failed: .*exited with code 4.*\ntoo bad/);
    assert.equal(error.cause.outcome.exitCode, 4);
    assert.equal(error.result.success, false);
    assert.deepEqual(error.result.stages.map(({ status }) => status), ["done", "failed", "skipped"]);
    return true;
  });
  assert.equal(await readFile(join(dir.path, "trial/logs/stderr.log"), "utf8"), "too bad\n");
});

Deno.test("a run whose outputs are missing has failed", async () => {
  await using dir = await folder();
  await assert.rejects(
    async () => await pipeline(new ModelRun(command(dir.path, "true"))),
    /outputs are missing: outputs\/out.txt/,
  );
});

Deno.test("cleanup_on_failure removes the workspace, but not one that was there before", async () => {
  await using dir = await folder();
  const run = new ModelRun(command(dir.path, "exit 1"));
  await assert.rejects(async () => await pipeline(run, { cleanupOnFailure: true }), StageError);
  assert.equal(await exists(run.workspace), false);
  await assert.rejects(async () => await pipeline(run), StageError);
  await assert.rejects(async () => await pipeline(run, { cleanupOnFailure: true }), StageError);
  assert.equal(await exists(run.workspace), true);
});

Deno.test("a finished workspace is never overwritten without force", async () => {
  await using dir = await folder();
  const run = new ModelRun(command(dir.path, "echo x > outputs/out.txt"));
  const first = await pipeline(run);
  await assert.rejects(async () => await pipeline(run), isWorkspaceError("finished"));
  await assert.rejects(async () => await pipeline(run, { dryRun: true }), isWorkspaceError("finished"));
  await assert.rejects(run.generate(), isWorkspaceError("finished"));
  await assert.rejects(async () => await run.run(), isWorkspaceError("finished"));
  assert.equal((await run.settings())!.seed, first.seed);
  const second = await pipeline(run, { force: true });
  assert.notEqual(second.seed, first.seed);
});

Deno.test("a workspace of another study, or a folder that is somebody's, is left alone", async () => {
  await using dir = await folder();
  await pipeline(new ModelRun(command(dir.path, "echo x > outputs/out.txt", { seed: 1 })));
  const other = new ModelRun(command(dir.path, "echo y > outputs/out.txt", { seed: 1 }));
  await assert.rejects(async () => await pipeline(other), isWorkspaceError("changed"));
  assert.equal(await readFile(join(dir.path, "trial/outputs/out.txt"), "utf8"), "x\n");
  await Deno.mkdir(join(dir.path, "photos"));
  await writeFile(join(dir.path, "photos/one.jpg"), "");
  const foreign = new ModelRun({ ...command(dir.path, "true"), run_id: "photos" });
  await assert.rejects(async () => await pipeline(foreign, { force: true }), isWorkspaceError("foreign"));
  assert.deepEqual(await readdir(join(dir.path, "photos")), ["one.jpg"]);
});

Deno.test("an interrupted pipeline goes on at the stage that is missing", async () => {
  await using dir = await folder();
  const study = command(dir.path, "echo run >> outputs/out.txt; [ -e ../ready ]", {
    postprocess: [{ type: "noop" }, { type: "archive" }],
  });
  await assert.rejects(async () => await pipeline(new ModelRun(study)), StageError);
  const { seed } = (await new ModelRun(study).settings())!;
  await writeFile(join(dir.path, "ready"), "");
  const again = await pipeline(new ModelRun(study));
  assert.deepEqual(again.stages.map(({ status }) => status), ["kept", "done", "done", "done"]);
  assert.equal(again.seed, seed);
  const more = { ...study, postprocess: [{ type: "noop" }, { type: "archive" }, { type: "archive", format: "zip" }] };
  const third = await pipeline(new ModelRun(more));
  assert.deepEqual(third.stages.map(({ status }) => status), ["kept", "kept", "kept", "kept", "done"]);
});

Deno.test("a lock keeps two runs out of one workspace", async () => {
  await using dir = await folder();
  const study = command(dir.path, "echo started; while [ ! -e ../go ]; do sleep 0.05; done; echo x > outputs/out.txt");
  let started = () => {};
  const ready = new Promise<void>((resolve) => started = resolve);
  const job = pipeline(new ModelRun(study), { onOutput: () => started() });
  await ready;
  await assert.rejects(async () => await pipeline(new ModelRun(study)), isWorkspaceError("locked"));
  await assert.rejects(async () => await pipeline(new ModelRun(study), { force: true }), isWorkspaceError("locked"));
  await writeFile(join(dir.path, "go"), "");
  assert.ok((await job).success);
});

Deno.test("a dry run checks everything, says what would be done, and does nothing", async () => {
  await using dir = await folder();
  const run = new ModelRun(await smallStudy(dir.path, { postprocess: [{ type: "visualize" }] }));
  const { stages } = await pipeline(run, { dryRun: true });
  assert.deepEqual(stages.map(({ status }) => status), ["planned", "planned", "planned"]);
  assert.match(stages[1].message, /Would run on "local": 96 samples, 20 pairs/);
  assert.deepEqual(await readdir(dir.path), ["pair.csv"]);
  await writeFile(join(dir.path, "pair.csv"), "month,a,b\n2000-01,1,x\n2000-02,1,1\n");
  await assert.rejects(
    async () => await pipeline(run, { dryRun: true }),
    /b in line 2 of .*pair.csv as it must be a number/,
  );
});

Deno.test("cancelling a pipeline ends its processes; what was done stays", async () => {
  await using dir = await folder();
  const sleep = mark();
  const job = pipeline(new ModelRun(command(dir.path, `echo started; sleep ${sleep}`)), {
    onOutput: () => job.cancel(),
  });
  await assert.rejects(job, JobCancelledError);
  assert.deepEqual(processesWith(sleep), []);
  assert.ok(await exists(join(dir.path, "trial/settings.json")));
});

Deno.test("inputs are copied, and one that is changed later is noticed", async () => {
  await using dir = await folder();
  await Deno.mkdir(join(dir.path, "other"));
  await writeFile(join(dir.path, "in.txt"), "first");
  await writeFile(join(dir.path, "other/in.txt"), "second");
  const model = {
    type: "command",
    command: "cat inputs/in.txt inputs/in-2.txt > outputs/out.txt",
    inputs: ["in.txt", "other/in.txt"],
  };
  const run = new ModelRun({ run_id: "copy", output_dir: ".", model }, { folder: dir.path });
  const { workspace } = await pipeline(run);
  assert.equal(await readFile(join(workspace, "outputs/out.txt"), "utf8"), "firstsecond");
  await writeFile(join(workspace, "inputs/in.txt"), "tampered");
  await assert.rejects(run.validate(), /inputs\/in.txt .* is not what was copied/);
});

Deno.test("secrets are in no file of the workspace", async () => {
  await using dir = await folder();
  const backend = { type: "local", env_vars: { API_TOKEN: "squeamish", LANG: "C" } };
  const study = command(dir.path, "echo $API_TOKEN; echo x > outputs/out.txt", {
    backend,
    postprocess: [{ type: "noop", env_vars: { DB_PASSWORD: "ossifrage" } }],
  });
  const { workspace } = await pipeline(new ModelRun(study));
  const settings = JSON.parse(await readFile(join(workspace, "settings.json"), "utf8"));
  assert.deepEqual(settings.backend.env_vars, { API_TOKEN: "***", LANG: "C" });
  for (const name of await readdir(workspace, { recursive: true })) {
    if ((await stat(join(workspace, name))).isFile()) {
      assert.doesNotMatch(await readFile(join(workspace, name), "utf8"), /squeamish|ossifrage/, name);
    }
  }
  const failing = command(dir.path, "echo $API_TOKEN >&2; exit 1", { run_id: "failing", backend });
  await assert.rejects(
    async () => await pipeline(new ModelRun(failing)),
    (error: Error) => !/squeamish/.test(error.message),
  );
  // Of two lines, in a postprocessor's variables, and beside the study.
  const lines = { ...backend, env_vars: { API_TOKEN: "squeamish\nossifrage" } };
  const run = new ModelRun(command(dir.path, 'echo "$API_TOKEN dromedary" >&2; exit 1', {
    run_id: "lines",
    postprocess: [{ type: "noop", env_vars: { DB_PASSWORD: "dromedary" } }],
  }));
  await assert.rejects(async () => await pipeline(run, { backend: lines }), (error: Error) => {
    assert.ok(error instanceof StageError && error.cause instanceof RunFailedError);
    const { message, outcome } = error.cause;
    assert.doesNotMatch(`${error.message}${message}${outcome.stderr}`, /squeamish|ossifrage|dromedary/);
    assert.match(error.message, /It said:\n\*\*\* \*\*\*/);
    return true;
  });
});

Deno.test("a study with faults is refused with all of them, wherever they stand", () => {
  assert.throws(
    () =>
      new ModelRun({
        run_id: "a b",
        model: { type: "command", commnd: "x" },
        backend: { type: "local", timeout: 3 },
        postprocess: [{ type: "noop" }, { type: "archiv" }, { type: "archive", format: "rar" }],
      }),
    (error: Error) => {
      assert.ok(error instanceof ConfigError);
      const fields = error.issues.map(({ field }) => field).sort();
      assert.deepEqual(fields, [
        "backend.timeout",
        "model.commnd",
        "postprocess.1.type",
        "postprocess.2.format",
        "run_id",
      ]);
      assert.match(error.message, /Did you mean "archive"/);
      return true;
    },
  );
  const refused = (backend: object) => () =>
    new ModelRun({ run_id: "a", model: { type: "command", command: "x" }, backend });
  assert.throws(refused({ type: "workers" }), /backend.type: must be a backend that runs commands/);
});

Deno.test("the backend and the postprocessors can be others than the study's", async () => {
  await using dir = await folder();
  const run = new ModelRun(command(dir.path, "echo $WORD > outputs/out.txt", { postprocess: [{ type: "archive" }] }));
  const { stages, workspace } = await pipeline(run, {
    backend: { type: "local", env_vars: { WORD: "other" } } as { type: string },
    postprocess: [{ type: "noop" }],
  });
  assert.deepEqual(stages.map(({ stage }) => stage), ["generate", "run", "postprocess: noop"]);
  assert.equal(await readFile(join(workspace, "outputs/out.txt"), "utf8"), "other\n");
});
