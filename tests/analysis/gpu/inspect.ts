import { type Backend, openBackend, webgpu } from "../../../backends/mod.ts";
import { SimulationKeys } from "../../../random/mod.ts";
import { ANY_ADAPTER } from "../../gpu_adapter.ts";
import { INSPECT_TASK, type Inspected, type Inspection } from "./inspect_task.ts";

/** A backend on whatever adapter there is. */
export function openGpu(): Backend {
  return openBackend(webgpu, ANY_ADAPTER);
}

/** Runs a job's program with seed 42 and reads buffers back, batch after batch. */
export async function inspect(
  backend: Backend,
  nSimulations: number,
  inspection: Inspection,
): Promise<Inspected[]> {
  const { partial } = await backend.runTask<Inspected[]>(
    { ...INSPECT_TASK, args: [inspection] },
    { nSimulations, seed: 42, verbose: false },
  );
  return partial;
}

/** The keys of the simulations that {@linkcode inspect} runs. */
export function keysOf(count: number): Uint32Array {
  const keys = new Uint32Array(2 * count), source = new SimulationKeys(42);
  for (let i = 0; i < count; i++) keys.set(source.key(i), 2 * i);
  return keys;
}
