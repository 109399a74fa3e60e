/** How a task runs on a GPU. A backend runs any such program and knows nothing of what it computes. */
export interface GpuTask<Args extends readonly unknown[], Partial> {
  /**
   * Makes the program for these arguments. Called once for each job.
   *
   * @param args The task's arguments.
   * @param adapter What the device can do.
   */
  program(args: Args, adapter: GpuAdapterTraits): GpuProgram<Partial> | Promise<GpuProgram<Partial>>;
  /**
   * From how many simulations on a graphics card is recommended instead of this machine's cores (default 100,000). It depends on
   * what a simulation costs: on 16 cores, about as many as they run in half a second.
   */
  readonly breakEven?: number;
}

/** What a device can do, as WebGPU says it. */
export interface GpuAdapterTraits {
  /** Limits by WebGPU's names, such as `maxComputeWorkgroupStorageSize` (bytes). */
  readonly limits: Readonly<Record<string, number>>;
  /** Optional features that are there and switched on, such as `shader-f16`, `subgroups` and `timestamp-query`. */
  readonly features: ReadonlySet<string>;
  /** Whether it computes on the processor (Mesa's lavapipe). */
  readonly software: boolean;
}

/**
 * A GPU program as data. Simulations run in batches: whole chunks of the task, as many at a time as fit into memory and into the
 * time that a batch may take. For each batch, buffers are cleared that ask for it, the passes run in order, each seeing all
 * that those before it wrote, the results are read back, and `partials` makes of them what other backends collect.
 *
 * Two buffers are supplied by name beside those of {@linkcode GpuProgram.buffers}: `keys` (storage), two 32-bit words for
 * each simulation of the batch, and `batch` (uniform): the index of its first simulation (low word), how many there
 * are, the index's high word, 0.
 */
export interface GpuProgram<Partial = unknown> {
  /** Buffers by name. */
  readonly buffers: Readonly<Record<string, GpuBufferSpec>>;
  /** What runs for each batch, in this order. */
  readonly passes: readonly GpuPass[];
  /**
   * Makes partials of what was read back: one for each chunk of the span, or a single one where the task is associative.
   *
   * @param results The buffers with `result`, by name: the bytes of this batch. They are the caller's to keep.
   * @param span The simulations of the batch.
   */
  partials(results: Readonly<Record<string, ArrayBuffer>>, span: { start: number; count: number }): Partial[];
  /** How many simulations a batch may have at most, where the program has a limit of its own. */
  readonly simulationsPerBatch?: number;
  /** Limits that the device must have at least, by WebGPU's names: without them the job is refused, naming each. */
  readonly requiredLimits?: Readonly<Record<string, number>>;
  /** Features that the device must have: without them the job is refused, naming each. */
  readonly requiredFeatures?: readonly string[];
}

/** A buffer: constants that are written once a job, or room in which the passes work. */
export type GpuBufferSpec =
  | {
    /** The content: constants, tables, parameters. */
    readonly data: ArrayBufferView<ArrayBuffer>;
    /** How shaders declare it, `var<storage, read>` or `var<uniform>` (default `"storage"`). */
    readonly usage?: "storage" | "uniform";
  }
  | {
    /** Bytes, or the bytes that so many simulations in one batch take: more for more simulations. Rounded up to a multiple of 4. */
    readonly bytes: number | ((simulations: number) => number);
    /** Whether it is filled with zeros before each batch; else it holds what the last batch, or another job, left there. */
    readonly clear?: boolean;
    /** Whether it is read back after each batch. */
    readonly result?: boolean;
  };

/** One dispatch of a compute shader. */
export interface GpuPass {
  /** Names the pass in errors and timings. Passes may share a label. */
  readonly label: string;
  /**
   * The WGSL module. Declarations may stand in any order: with the pass's own code before what it shares with others
   * (`randomWgsl`), line numbers in messages are its own. Modules and pipelines of equal text are compiled once.
   */
  readonly code: string;
  /** The entry point (default `"main"`). */
  readonly entryPoint?: string;
  /**
   * What stands at `@group(0) @binding(0)`, `@binding(1)`, and so on: names of buffers, or parts of them (whose offset must be
   * a multiple of `minStorageBufferOffsetAlignment` or `minUniformBufferOffsetAlignment`). The layout is the one that the
   * entry point implies: null for a binding that it does not use.
   */
  readonly bindings: readonly (string | GpuBufferPart | null)[];
  /** Values of the module's `override` declarations. */
  readonly constants?: Readonly<Record<string, number>>;
  /** How many workgroups are dispatched for a batch of so many simulations, in up to three dimensions. */
  workgroups(simulations: number): readonly [x: number, y?: number, z?: number];
}

/** A part of a buffer. */
export interface GpuBufferPart {
  /** The buffer's name. */
  readonly buffer: string;
  /** Where the part begins, in bytes. */
  readonly offset: number;
  /** How long it is, in bytes (default: to the end). */
  readonly bytes?: number;
}
