/** What an engine has done, and what it holds: for benchmarks and tests. */
export interface GpuStats {
  /** Devices that were opened, beside those taken over from backends that were closed before. */
  devices: number;
  /** Buffers: made and destroyed in all, those that there are, their bytes, and the most bytes that there were. */
  buffers: { made: number; destroyed: number; bytes: number; mostBytes: number };
  /** Compute pipelines that were compiled, beside those of a device that was taken over. */
  pipelines: number;
  /** Batches that were read back, their simulations, and those of the largest. */
  batches: number;
  /** Simulations in those batches. */
  simulations: number;
  /** Simulations of the largest batch. */
  largestBatch: number;
  /** The most batches that were submitted together. */
  mostTogether: number;
  /** Batches that were made smaller for want of memory. */
  halvings: number;
  /**
   * For each label of a pass, dispatches and their time in ticks of the adapter's clock (nanoseconds on NVIDIA's and Mesa's);
   * only of engines that profile, where the adapter has timestamps.
   */
  passes: Map<string, { dispatches: number; ticks: number }>;
}

/** Nothing yet. */
export function noStats(): GpuStats {
  return {
    devices: 0,
    buffers: { made: 0, destroyed: 0, bytes: 0, mostBytes: 0 },
    pipelines: 0,
    batches: 0,
    simulations: 0,
    largestBatch: 0,
    mostTogether: 0,
    halvings: 0,
    passes: new Map(),
  };
}
