/** The adapter that tests of WebGPU run on: a graphics card, or Mesa's lavapipe. */
import { webgpu, WebGpuConfig } from "../backends/mod.ts";

/** The configuration that takes either. */
export const ANY_ADAPTER = { adapter: "any" } as const;

/** Where there is no adapter at all: the reason. */
export async function noAdapter(): Promise<string | undefined> {
  const availability = await webgpu.probe(WebGpuConfig.parse(ANY_ADAPTER));
  return availability.available ? undefined : availability.reason;
}

/** Registers a test that needs an adapter. */
export function gpuTest(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name: missing ? `${name} (left out: ${missing})` : name, ignore: missing !== undefined, fn });
}

const missing = await noAdapter();
