import assert from "node:assert/strict";
import { gpuTest } from "../gpu_adapter.ts";
import { runExample } from "./run_example.ts";

gpuTest(
  "the example of significance on a GPU counts as many values, and gets levels that differ by rounding",
  async () => {
    const output = await runExample("gpu_significance.ts", {}, ["--any-adapter"]);
    const [, first, second, moved] = /Counted (\d+) and (\d+) values of coherence, of which (\d+)/.exec(output)!.map(
      Number,
    );
    assert.ok(first > 1e6 && first === second, output);
    assert.ok(moved < 1e-3 * first, output);
    const [, differ, error] = /at most (\S+)[\s\S]* is up to (\S+)/.exec(output)!.map(Number);
    assert.ok(differ < 0.003 && differ < error, output);
  },
);
