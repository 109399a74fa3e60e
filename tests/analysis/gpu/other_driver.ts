// A program for a machine's other driver: what tasks give on it, as JSON.
import { wctSignificance } from "../../../analysis/mod.ts";
import { webgpu, WebGpuConfig } from "../../../backends/mod.ts";
import { ANY_ADAPTER } from "../../gpu_adapter.ts";
import { openGpu } from "./inspect.ts";

/** What is compared. */
export interface OnDriver {
  readonly device: string | undefined;
  readonly whole: number[][];
  readonly levels: number[];
  readonly histogram: number[];
}

/** Runs tasks whose numbers are whole, and the significance of a short record. */
export async function onDriver(): Promise<OnDriver> {
  await using backend = openGpu();
  const found = await webgpu.probe(WebGpuConfig.parse(ANY_ADAPTER));
  const task = { module: import.meta.resolve("../../backends/gpu_tasks.ts"), name: "wholeNumbers" };
  const workerArgs = [[3, 1, 4, 1, 5, 9, 2, 6, 5], 1_000_003, -500_000, [0.5]];
  const whole = await backend.runMonteCarlo<number[]>(task, { nSimulations: 500, seed: 42, workerArgs });
  const options = { dt: 1, n: 48, dj: 1 / 2, mcCount: 64, seed: 1, cache: false, backend } as const;
  const { significance, histogram } = await wctSignificance(0.7, 0.5, options);
  return {
    device: found.available ? found.detail : undefined,
    whole: [...whole],
    levels: [...significance],
    histogram: [...histogram],
  };
}

if (import.meta.main) console.log(JSON.stringify(await onDriver()));
