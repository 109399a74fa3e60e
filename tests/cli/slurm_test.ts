import assert from "node:assert/strict";
import { slurmTest } from "../slurm_test_case.ts";
import { morlet, ROOT, spawnMorlet } from "./morlet.ts";

/** Writes a study whose run ends when the file "go" is there. */
async function writeStudy(folder: string): Promise<string> {
  const path = `${folder}/study.yml`;
  await Deno.writeTextFile(
    path,
    `run_id: greeting
output_dir: .
seed: 7
model:
  type: command
  command: "echo begun; until [ -e ${folder}/go ]; do sleep 0.1; done; echo seed $MORLET_SEED job $SLURM_JOB_ID > outputs/hello.txt"
  outputs: [hello.txt]
backend: { type: slurm, time_limit: "0:10:00", env_vars: { API_TOKEN: squeamish } }
postprocess: [{ type: noop }]
`,
  );
  return path;
}

slurmTest("the study of the demo runs on Slurm by morlet pipeline", async (_, folder) => {
  const study = `${folder}/enso_co2.yaml`;
  const text = await Deno.readTextFile(`${ROOT}examples/studies/enso_co2.yaml`);
  await Deno.writeTextFile(study, text.replaceAll("../../data", `${ROOT}data`).replace("../../out/studies", "."));
  Deno.env.set("MORLET_SURROGATES", "2");
  try {
    const { code, out, err } = await morlet(
      "pipeline",
      study,
      "--backend",
      `${ROOT}examples/slurm.yml`,
      "--json",
      "-v",
    );
    assert.equal(code, 0, out + err);
    const { success, stages } = JSON.parse(out);
    assert.ok(success);
    assert.match(stages[1].message, /^Ran on "slurm" in /);
    assert.match(err, /^run: job \d+ is /m);
    const results = async (folder: string) =>
      JSON.parse(await Deno.readTextFile(`${folder}/enso_co2/outputs/results.json`)).checksums;
    const there = await results(folder), here = `${folder}/here`;
    const { significance } = there;
    assert.match(significance, /^[0-9a-f]{64}$/);
    await Deno.writeTextFile(study, (await Deno.readTextFile(study)).replace("output_dir: .", "output_dir: here"));
    assert.equal((await morlet("run", study)).code, 0);
    assert.deepEqual(await results(here), there, "the same numbers as on this machine");
  } finally {
    Deno.env.delete("MORLET_SURROGATES");
  }
});

slurmTest(
  "--no-wait tells the job's number; attach follows it, and the pipeline does the rest",
  async (cluster, folder) => {
    const study = await writeStudy(folder);
    const first = await morlet("run", study, "--no-wait", "--json");
    assert.equal(first.code, 0, first.out);
    const { submitted: { id, status } } = JSON.parse(first.out);
    assert.match(status, /PENDING|RUNNING/);
    const again = await morlet("run", study, "--no-wait");
    assert.match(again.out, new RegExp(`^Job ${id} is .*morlet attach .*scancel ${id}`));
    assert.equal((await cluster.jobs()).length, 1, "it is not submitted twice");
    for (const args of [["run", study, "--force"], ["run", study, "--backend", "local"]]) {
      const refused = await morlet(...args);
      assert.deepEqual([refused.code, /job \d+ .*Attach to it|job \d+ on "slurm".*attach to it/i.test(refused.err)], [
        2,
        true,
      ], refused.err);
    }
    assert.doesNotMatch(await Deno.readTextFile(`${folder}/greeting/run.json`), /squeamish/);
    const waiting = morlet("attach", study);
    await Deno.writeTextFile(`${folder}/go`, "");
    const followed = await waiting;
    assert.deepEqual([followed.code, followed.err], [0, ""]);
    assert.equal(await Deno.readTextFile(`${folder}/greeting/outputs/hello.txt`), `seed 7 job ${id}\n`);
    assert.equal(await Deno.readTextFile(`${folder}/greeting/logs/stdout.log`), "begun\n");
    const rest = await morlet("pipeline", study, "--json");
    assert.deepEqual(JSON.parse(rest.out).stages.map(({ status }: { status: string }) => status), [
      "kept",
      "kept",
      "done",
    ]);
    assert.equal((await morlet("attach", study)).code, 2, "there is nothing left to follow");
  },
);

slurmTest(
  "a pipeline that is left, or killed by SIGKILL, is gone on with by the same command",
  async (cluster, folder) => {
    const study = await writeStudy(folder);
    const left = await morlet("pipeline", study, "--no-wait", "--json");
    assert.equal(left.code, 0, left.out);
    const { stages, submitted: { id } } = JSON.parse(left.out);
    assert.deepEqual(stages.map(({ status }: { status: string }) => status), ["done", "submitted", "planned"]);
    const child = spawnMorlet(["pipeline", study, "-v"]);
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    for (let said = ""; !said.includes(`job ${id} is RUNNING`);) {
      const { value, done } = await reader.read();
      assert.ok(!done, said);
      said += value;
    }
    child.kill("SIGKILL");
    await Promise.all([child.status, child.stdout.cancel(), reader.cancel()]);
    assert.equal((await cluster.jobs()).length, 1, "the job goes on");
    await Deno.writeTextFile(`${folder}/go`, "");
    const { code, out } = await morlet("pipeline", study, "--json");
    assert.equal(code, 0, out);
    assert.equal(await Deno.readTextFile(`${folder}/greeting/outputs/hello.txt`), `seed 7 job ${id}\n`);
  },
);

slurmTest(
  "morlet backends list tells of the cluster; --no-wait needs a backend that goes on by itself",
  async (_, folder) => {
    const { out } = await morlet("backends", "list", "--json");
    assert.match(out, /cluster morlet_test: main\* \(2 of 2 nodes idle\)/);
    const study = await writeStudy(folder);
    const { code, err } = await morlet("run", study, "--backend", "local", "--no-wait");
    assert.equal(code, 2);
    assert.match(err, /backend\.type .*one whose runs go on without this process/);
  },
);
