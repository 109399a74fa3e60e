import assert from "node:assert/strict";
import { pythonTest, runPython } from "../python.ts";

pythonTest("pycwt's pipeline as the benchmark runs it on a GPU computes what pycwt does", async () => {
  const job = { n: 400, J: 60, surrogates: 8, batch: 4, repeats: 1 };
  const output = await runPython("../../bench/python/pycwt_cupy.py", [JSON.stringify(job), "--numpy"]);
  const { device, off, seconds } = JSON.parse(new TextDecoder().decode(output));
  assert.equal(device, "NumPy");
  assert.ok(off > 0 && off < 1e-4, `${off}`);
  assert.equal(seconds.length, 1);
});
