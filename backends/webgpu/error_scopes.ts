/** What WebGPU said against a few calls. */
export interface ScopedErrors {
  /** Against what was asked. */
  readonly validation?: string;
  /** Whether memory was lacking. */
  readonly memory?: string;
}

/**
 * Makes calls to WebGPU and collects what it says against them. The calls are made at once: scopes are the device's, and whatever
 * is awaited within would let another job's calls in.
 */
export async function scoped<T>(device: GPUDevice, calls: () => T): Promise<{ value: T } & ScopedErrors> {
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("internal");
  device.pushErrorScope("validation");
  let value: T;
  let popped: Promise<GPUError | null>[];
  try {
    value = calls();
  } finally {
    popped = [device.popErrorScope(), device.popErrorScope(), device.popErrorScope()];
  }
  const [validation, internal, memory] = await Promise.all(popped);
  return { value, validation: validation?.message ?? internal?.message, memory: memory?.message };
}
