// A program that gives itself little memory and then runs a task on WebGPU whose batches take much: prints how it went.
import { WebGpuConfig } from "../../backends/mod.ts";
import { WebGpuEngine } from "../../backends/webgpu/engine.ts";

const [spare, scratch, nSimulations] = Deno.args.map(Number);
const engine = new WebGpuEngine(WebGpuConfig.parse({ adapter: "any", memory_mb: 1_000_000 }));
const run = async (scratch: number, n: number) => {
  const task = { module: import.meta.resolve("./gpu_tasks.ts"), name: "greedy", args: [{}, scratch] };
  return await engine.runTask({ task, nSimulations: n, seed: 1, signal: new AbortController().signal, advance() {} });
};
await run(0, 100); // drivers and compilers take what they need
const size = 1024 * Number(/VmSize:\s+(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))![1]);
const { success } = await new Deno.Command("prlimit", { args: ["--pid", `${Deno.pid}`, `--as=${size + spare}`] })
  .output();
if (!success) throw new Error("prlimit failed");
let outcome: unknown;
try {
  outcome = await run(scratch, nSimulations);
} catch (error) {
  outcome = { name: (error as Error).name, message: (error as Error).message };
}
const after = await run(0, 50);
await engine[Symbol.asyncDispose]();
const { halvings, largestBatch, buffers } = engine.stats;
console.log(JSON.stringify({ outcome, after, halvings, largestBatch, left: buffers.made - buffers.destroyed }));
