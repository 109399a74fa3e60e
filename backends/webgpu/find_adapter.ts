import type { Availability } from "../backend.ts";

/** What decides which adapter is taken. */
export interface AdapterChoice {
  /** Whether one that computes on the processor will do. */
  readonly adapter: "hardware" | "any";
  /** Which is preferred where there are several. */
  readonly power_preference: "high-performance" | "low-power";
}

/** An adapter that can be used. */
export interface FoundAdapter {
  /** WebGPU's adapter. */
  readonly adapter: GPUAdapter;
  /** What it calls itself. Mesa's drivers name themselves in it. */
  readonly name: string;
  /** The version of NVIDIA's driver, on Linux. */
  readonly driver?: string;
  /** Whether it computes on the processor. */
  readonly software: boolean;
}

/** Mesa's lavapipe, SwiftShader, Windows' WARP. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|softpipe|basic render/i;
/** Makers by their numbers on the PCI bus. */
const VENDORS: Readonly<Record<string, string>> = {
  "4098": "AMD",
  "4203": "Apple",
  "4318": "NVIDIA",
  "5045": "ARM",
  "20803": "Qualcomm",
  "32902": "Intel",
  "65541": "Mesa",
};

/** What often hides an NVIDIA card that is there: containers are given its CUDA and not its Vulkan. */
const CONTAINER = "in a container, NVIDIA's needs NVIDIA_DRIVER_CAPABILITIES=all";

/** Finds an adapter, or says why there is none to use and what to do. Never throws. */
export async function findAdapter({ adapter: wanted, power_preference }: AdapterChoice): Promise<
  FoundAdapter | (Availability & { available: false })
> {
  if (navigator.gpu === undefined) {
    return { available: false, reason: "This program has no WebGPU", remedy: "Run it with Deno 2.9 or later" };
  }
  let adapter: GPUAdapter | null;
  try {
    adapter = await requestQuietly({ powerPreference: power_preference });
  } catch (error) {
    return {
      available: false,
      reason: `WebGPU failed: ${(error as Error).message}`,
      remedy: "Check the card's driver",
    };
  }
  if (!adapter) {
    return {
      available: false,
      reason: "No graphics card answers",
      remedy:
        `Install the card's driver (on Linux the one for Vulkan; ${CONTAINER}). To try it without a card, install Mesa's lavapipe ` +
        '(Debian: apt install mesa-vulkan-drivers libvulkan1) and set adapter: "any"',
    };
  }
  const name = adapter.info.description || adapter.info.device || "an adapter without a name";
  const software = isFallback(adapter) || SOFTWARE.test(name);
  if (software && wanted === "hardware") {
    return {
      available: false,
      reason: `The only adapter, ${name}, is no graphics card: it computes on the processor`,
      remedy:
        `Install the driver of the graphics card if there is one (${CONTAINER}), or set adapter: "any" to take it all the same`,
    };
  }
  return { adapter, name, software, driver: software ? undefined : await nvidiaDriver(adapter) };
}

/** An adapter in a line: name, maker, driver where it is known, and the limits that decide what fits. */
export function describeAdapter({ adapter, name, driver, software }: FoundAdapter): string {
  const { info, limits, features } = adapter;
  const vendor = VENDORS[info.vendor] ?? info.vendor;
  const extras = ["timestamp-query", "shader-f16", "subgroups"].filter((feature) =>
    features.has(feature as GPUFeatureName)
  );
  return [
    `${name}${vendor && !name.includes(vendor) ? ` (${vendor})` : ""}${driver ? `, driver ${driver}` : ""}${
      software ? ", on the processor" : ""
    }`,
    `buffers up to ${mebi(limits.maxStorageBufferBindingSize)} MiB`,
    `workgroups of ${limits.maxComputeInvocationsPerWorkgroup} with ${
      limits.maxComputeWorkgroupStorageSize / 1024
    } KiB`,
    ...extras,
  ].join("; ");
}

function mebi(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

/** Deno tells no driver's version; the kernel tells NVIDIA's. */
async function nvidiaDriver({ info }: GPUAdapter): Promise<string | undefined> {
  const path = "/sys/module/nvidia/version";
  if (VENDORS[info.vendor] !== "NVIDIA") return undefined;
  const { state } = await Deno.permissions.query({ name: "read", path });
  if (state !== "granted") return undefined;
  return (await Deno.readTextFile(path).catch(() => "")).trim() || undefined;
}

function isFallback({ info }: GPUAdapter): boolean {
  return (info as GPUAdapterInfo & { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
}

/**
 * What Deno reads when it looks for adapters, where the user has not set it. OpenGL stays out: programs with barriers hang on Mesa's.
 * And without XDG_RUNTIME_DIR the search for a display complains on the error stream; where that names nothing, it does not.
 */
const SEARCH = { DENO_WEBGPU_BACKEND: "vulkan,metal,dx12", XDG_RUNTIME_DIR: "/nonexistent" };

async function requestQuietly(options: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
  const set: string[] = [];
  for (const [variable, value] of Object.entries(SEARCH)) {
    const { state } = await Deno.permissions.query({ name: "env", variable });
    if (state !== "granted" || Deno.env.has(variable)) continue;
    Deno.env.set(variable, value);
    set.push(variable);
  }
  try {
    return await navigator.gpu.requestAdapter(options);
  } finally {
    for (const variable of set) Deno.env.delete(variable);
  }
}
