/** Thrown for work that has no GPU program: a function, or a task without `gpu`. */
export class GpuProgramMissingError extends Error {
  /** Names the class. */
  override readonly name = "GpuProgramMissingError";
  /** What was to be run. */
  readonly task: string;
  /** The backends that can run it. */
  readonly backends: readonly string[];

  /** Says what has no program and which backends can run it. */
  constructor(backend: string, task: string, backends: readonly string[]) {
    const able = backends.map((name) => `"${name}"`).join(", ");
    super(
      `Cannot run ${task} on the backend "${backend}" as it has no GPU program. It runs on ${able}. ` +
        "A task for both is written by gpuTask({ simulate, wgsl }) and named as { module, name }",
    );
    this.task = task;
    this.backends = backends;
  }
}

/** Thrown when WebGPU refuses a pass of a GPU program: its shader does not compile, or what it binds does not fit. */
export class GpuPassError extends Error {
  /** Names the class. */
  override readonly name = "GpuPassError";
  /** The label of the pass. */
  readonly pass: string;
  /** The line of the WGSL code at fault, from 1; undefined where it is not the code. */
  readonly line?: number;
  /** The place in the line, from 1. */
  readonly column?: number;

  /** Names the pass, and the place in its code where WebGPU's words name one. */
  constructor(pass: string, { why, cause }: { why: string; cause?: unknown }) {
    const place = /wgsl:(\d+):(\d+)/.exec(why);
    super(`Cannot run the GPU pass "${pass}"${place ? `: line ${place[1]} of its WGSL` : ""}: ${why.trim()}`, {
      cause,
    });
    this.pass = pass;
    if (place) [this.line, this.column] = [Number(place[1]), Number(place[2])];
  }
}

/** Thrown when a GPU program needs more than the device has. */
export class GpuLimitError extends Error {
  /** Names the class. */
  override readonly name = "GpuLimitError";
  /** The limit or feature by WebGPU's name, such as `maxComputeWorkgroupStorageSize`. */
  readonly limit: string;
  /** What the program needs: a number, or true for a feature. */
  readonly needed: number | true;
  /** What there is. */
  readonly available: number | false;

  /** Names the limit, what is needed and what there is. */
  constructor(adapter: string, limit: string, needed: number | true, available: number | false, who = "The program") {
    super(
      needed === true
        ? `Cannot run on ${adapter}: ${who} needs the feature "${limit}", which it does not have. Use another backend`
        : `Cannot run on ${adapter}: ${who} needs ${limit} ${needed}, and it is ${available}. ` +
          "Use another backend, or a smaller problem",
    );
    this.limit = limit;
    this.needed = needed;
    this.available = available;
  }
}

/** Thrown when the device has too little memory for the smallest batch. */
export class GpuMemoryError extends Error {
  /** Names the class. */
  override readonly name = "GpuMemoryError";
  /** Bytes that the batch takes in all. */
  readonly bytes: number;
  /** How many simulations the smallest batch has. */
  readonly simulations: number;

  /** Says how much memory the smallest batch takes. */
  constructor(adapter: string, simulations: number, bytes: number, remedy: string, options?: { cause?: unknown }) {
    const many = simulations === 1
      ? "one simulation takes"
      : `a batch of ${simulations} simulations, the smallest, takes`;
    super(`Cannot run on ${adapter}: ${many} ${Math.ceil(bytes / 1e6)} MB, more than there is. ${remedy}`, options);
    this.bytes = bytes;
    this.simulations = simulations;
  }
}

/** Thrown when the device was lost in mid-run, and again on new devices as often as `retries` allows. */
export class GpuLostError extends Error {
  /** Names the class. */
  override readonly name = "GpuLostError";
  /** WebGPU's word for the reason: `"destroyed"` or `"unknown"`. */
  readonly reason: string;

  /** Names the device and the reason. */
  constructor(adapter: string, { reason, message }: { reason: string; message: string }) {
    super(
      `The device ${adapter} was lost (${reason}: ${message}). A driver that was restarted, a card that was removed, or batches that ` +
        "a watchdog ended: try a smaller batch_seconds or memory_mb, or more retries",
    );
    this.reason = reason;
  }
}
