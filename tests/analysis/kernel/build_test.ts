import assert from "node:assert/strict";
import { buildKernel } from "../../../analysis/kernel/build_kernel.ts";

Deno.test("the kernel's module is what its source compiles to", async () => {
  const kept = await Deno.readTextFile(new URL("../../../analysis/kernel/kernel_wasm.ts", import.meta.url));
  assert.equal(kept, await buildKernel());
});
