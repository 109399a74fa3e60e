import { BackendUnavailableError } from "../backend.ts";
import type { Availability } from "../backend.ts";
import type { DaskConfig } from "../dask_config.ts";
import { DaskBridge, pythonOf } from "./bridge.ts";
import { noClient, noPython } from "./missing_python.ts";

/** Looks for Dask's client without importing it, which takes long. */
const LOOK = "from importlib.metadata import version; print(version('distributed'))";

/** Whether there are Python and Dask's client; with a configuration, whether the scheduler answers. */
export async function probeDask(config?: DaskConfig): Promise<Availability> {
  try {
    return { available: true, detail: config?.address ? await cluster(config) : await client(config) };
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    return { available: false, reason: error.reason, remedy: error.remedy };
  }
}

async function client(config: Partial<DaskConfig> = {}): Promise<string> {
  const python = pythonOf(config);
  try {
    const { success, stdout } = await new Deno.Command(python, { args: ["-c", LOOK], stdin: "null", stderr: "null" })
      .output();
    if (!success) throw noClient(python);
    const start = config.cluster ? "starts a local cluster" : "needs an address, or cluster: local";
    return `distributed ${new TextDecoder().decode(stdout).trim()} of ${python}; ${start}`;
  } catch (error) {
    throw error instanceof BackendUnavailableError ? error : noPython(python, error);
  }
}

async function cluster(config: DaskConfig): Promise<string> {
  const bridge = new DaskBridge(config);
  try {
    const { scheduler, distributed, threads, workers } = await bridge.connected;
    const several = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;
    return `distributed ${distributed} at ${scheduler}: ${several(workers.length, "worker")}, ${
      several(threads, "thread")
    }`;
  } finally {
    await bridge.close();
  }
}
