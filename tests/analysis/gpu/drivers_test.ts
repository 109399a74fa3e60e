import assert from "node:assert/strict";
import { gpuTest, noAdapter } from "../../gpu_adapter.ts";
import { type OnDriver, onDriver } from "./other_driver.ts";

/** Google's SwiftShader, which comes with Debian's Chromium: another compiler, workgroups in steps of 4 threads instead of 8. */
const OTHER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const missing = await Deno.stat(OTHER).then(() => undefined, () => "Debian's Chromium is not there") ??
  await noAdapter();

gpuTest("another driver draws the same integers, counts as many values and finds the same levels", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "other_driver.ts"],
    cwd: new URL(".", import.meta.url),
    env: { VK_DRIVER_FILES: OTHER, VK_ICD_FILENAMES: OTHER, NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const his: OnDriver = JSON.parse(new TextDecoder().decode(stdout)), mine = await onDriver();
  assert.match(his.device!, /SwiftShader/);
  assert.deepEqual(his.whole, mine.whole);
  const total = ({ histogram }: OnDriver) => histogram.reduce((sum, count) => sum + count, 0);
  assert.equal(total(his), total(mine));
  const moved = his.histogram.reduce((sum, count, b) => sum + Math.abs(count - mine.histogram[b]) / 2, 0);
  assert.ok(moved < 2e-3 * total(mine), `${moved} of ${total(mine)} values are in another bin`);
  for (const [j, level] of mine.levels.entries()) {
    // What is not tested has no level: NaN here, null in JSON.
    if (Number.isNaN(level)) assert.equal(his.levels[j], null);
    else assert.ok(Math.abs(his.levels[j] - level) < 0.003, `scale ${j}: ${his.levels[j]}, not ${level}`);
  }
}, missing);
