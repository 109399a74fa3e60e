/** The adapter that tests of WebGPU run on: a graphics card, or Mesa's lavapipe. */
import { webgpu, WebGpuConfig } from "../backends/mod.ts";

/** The configuration that takes either. */
export const ANY_ADAPTER = { adapter: "any" } as const;

/** Where there is no adapter at all: the reason. */
export async function noAdapter(): Promise<string | undefined> {
  const availability = await webgpu.probe(WebGpuConfig.parse(ANY_ADAPTER));
  return availability.available ? undefined : availability.reason;
}

/** Where the adapter is not Mesa's lavapipe, whose use of memory some tests know: the reason. */
export async function noLavapipe(): Promise<string | undefined> {
  const availability = await webgpu.probe(WebGpuConfig.parse(ANY_ADAPTER));
  if (!availability.available) return availability.reason;
  return /llvmpipe/.test(availability.detail ?? "") ? undefined : "its sizes are those of Mesa's lavapipe";
}

/** Registers a test that needs an adapter. */
export function gpuTest(name: string, fn: () => void | Promise<void>, without = missing): void {
  Deno.test({ name: without ? `${name} (left out: ${without})` : name, ignore: without !== undefined, fn });
}

const missing = await noAdapter();
