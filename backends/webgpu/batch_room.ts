import { GpuPassError } from "../gpu_errors.ts";
import type { GpuPass, GpuProgram } from "../gpu_program.ts";
import { NoRoomError, unmap } from "./buffer_pool.ts";
import { scoped } from "./error_scopes.ts";
import { PassTimer } from "./pass_timer.ts";
import { partOf, type ProgramPlan } from "./program_plan.ts";
import type { GpuSession } from "./session.ts";
import type { GpuStats } from "./stats.ts";

/** A batch under way. */
export interface Flight {
  /** Index of its first simulation. */
  readonly start: number;
  /** How many simulations it has. */
  readonly count: number;
  /** When it was submitted, in milliseconds. */
  readonly launched: number;
  /** What it is read from. */
  readonly staging: GPUBuffer;
  /** Settles when its results can be read; undefined until they are asked for. */
  mapped?: Promise<void>;
}

/** The buffers in which batches of up to `size` simulations run, tied to their passes. */
export class BatchRoom {
  /** How many simulations there is room for. */
  readonly size: number;
  readonly #session: GpuSession;
  readonly #plan: ProgramPlan;
  readonly #program: GpuProgram;
  readonly #pipelines: readonly GPUComputePipeline[];
  readonly #buffers = new Map<string, GPUBuffer>();
  readonly #lent = new Set<GPUBuffer>();
  readonly #groups: GPUBindGroup[] = [];
  #timer: PassTimer | undefined;

  private constructor(
    session: GpuSession,
    plan: ProgramPlan,
    program: GpuProgram,
    pipelines: readonly GPUComputePipeline[],
    size: number,
  ) {
    this.#session = session;
    this.#plan = plan;
    this.#program = program;
    this.#pipelines = pipelines;
    this.size = size;
  }

  /**
   * Takes buffers for batches of so many simulations.
   *
   * @throws {NoRoomError} If there is no memory for them.
   * @throws {GpuPassError} If a pass cannot be tied to its buffers.
   */
  static async make(
    session: GpuSession,
    plan: ProgramPlan,
    program: GpuProgram,
    pipelines: readonly GPUComputePipeline[],
    size: number,
    profile?: GpuStats,
  ): Promise<BatchRoom> {
    const room = new BatchRoom(session, plan, program, pipelines, size);
    try {
      await room.#fill(profile);
      return room;
    } catch (error) {
      room.release();
      throw error;
    }
  }

  /** Submits a batch; `keys` has two words for each of its simulations. */
  async launch(start: number, keys: Uint32Array<ArrayBuffer>): Promise<Flight> {
    const { device, pool } = this.#session;
    const count = keys.length / 2, times = this.#plan.resultBytes(count);
    const staging = await pool.acquire(
      "staging",
      this.#plan.resultBytes(this.size) + (this.#timer ? PassTimer.bytes(this.#program.passes.length) : 0),
    );
    this.#lent.add(staging);
    device.queue.writeBuffer(this.#buffers.get("keys")!, 0, keys);
    const header = new Uint32Array([start, count, Math.floor(start / 2 ** 32), 0]);
    device.queue.writeBuffer(this.#buffers.get("batch")!, 0, header);
    const launched = performance.now();
    const { validation, memory } = await scoped(device, () => {
      const encoder = device.createCommandEncoder();
      this.#clear(encoder, count);
      if (this.#timer) this.#timed(encoder, count);
      else this.#dispatch(encoder, this.#program.passes, count);
      let at = 0;
      for (const name of this.#plan.results) {
        const bytes = this.#plan.bytes(name, count);
        encoder.copyBufferToBuffer(this.#buffers.get(name)!, 0, staging, at, bytes);
        at += bytes;
      }
      this.#timer?.resolve(encoder, staging, times);
      device.queue.submit([encoder.finish()]);
    });
    if (memory) throw new NoRoomError(memory);
    if (validation) throw await this.#culprit(count, validation);
    return { start, count, launched, staging };
  }

  /** Asks for the results of a batch. Deno holds up this thread until the device has done all it was given, and sleeps 10 ms. */
  ask(flight: Flight): void {
    flight.mapped ??= flight.staging.mapAsync(GPUMapMode.READ);
    flight.mapped.catch(() => {}); // who lands the flight sees it
  }

  /** Waits for a batch that was asked for and gives what it left in the buffers that are read back. */
  async land({ count, mapped, staging }: Flight): Promise<Record<string, ArrayBuffer>> {
    await mapped;
    const range = staging.getMappedRange(), results: Record<string, ArrayBuffer> = {};
    let at = 0;
    for (const name of this.#plan.results) results[name] = range.slice(at, at += this.#plan.bytes(name, count));
    this.#timer?.count(
      new BigUint64Array(range.slice(at, at + PassTimer.bytes(this.#program.passes.length))),
    );
    staging.unmap();
    this.#lent.delete(staging);
    this.#session.pool.release(staging);
    return results;
  }

  /** Gives the buffers back. */
  release(): void {
    this.#timer?.destroy();
    for (const buffer of this.#lent) {
      unmap(buffer);
      this.#session.pool.release(buffer);
    }
    this.#lent.clear();
  }

  async #fill(profile: GpuStats | undefined): Promise<void> {
    const { device, pool, traits } = this.#session, { passes } = this.#program;
    for (const [name, spec] of Object.entries(this.#plan.buffers)) {
      const buffer = await pool.acquire(this.#plan.usage(name), this.#plan.bytes(name, this.size));
      this.#lent.add(buffer);
      this.#buffers.set(name, buffer);
      if ("data" in spec) device.queue.writeBuffer(buffer, 0, wholeWords(spec.data));
    }
    for (const [i, pass] of passes.entries()) {
      const { value, validation } = await scoped(device, () => this.#bind(pass, this.#pipelines[i]));
      if (validation) throw new GpuPassError(pass.label, { why: validation });
      this.#groups.push(value);
    }
    if (profile && traits.features.has("timestamp-query")) {
      const resolved = await pool.acquire("timestamps", PassTimer.bytes(passes.length));
      this.#lent.add(resolved);
      this.#timer = new PassTimer(device, passes, resolved, profile);
    }
  }

  #bind({ label, bindings }: GpuPass, pipeline: GPUComputePipeline): GPUBindGroup {
    const entries: GPUBindGroupEntry[] = [];
    for (const [binding, bound] of bindings.entries()) {
      if (bound === null) continue;
      const { buffer: name, offset, bytes = this.#plan.bytes(name, this.size) - offset } = partOf(bound);
      entries.push({ binding, resource: { buffer: this.#buffers.get(name)!, offset, size: bytes } });
    }
    return this.#session.device.createBindGroup({ label, layout: pipeline.getBindGroupLayout(0), entries });
  }

  #clear(encoder: GPUCommandEncoder, count: number): void {
    for (const [name, spec] of Object.entries(this.#plan.buffers)) {
      if ("bytes" in spec && spec.clear) {
        encoder.clearBuffer(this.#buffers.get(name)!, 0, this.#plan.bytes(name, count));
      }
    }
  }

  #dispatch(encoder: GPUCommandEncoder, passes: readonly GpuPass[], count: number, at = 0, timer?: PassTimer): void {
    const pass = encoder.beginComputePass({ label: passes[0]?.label, timestampWrites: timer?.writes(at) });
    for (const [i, { workgroups }] of passes.entries()) {
      const [x, y = 1, z = 1] = workgroups(count);
      if (x * y * z === 0) continue;
      pass.setPipeline(this.#pipelines[at + i]);
      pass.setBindGroup(0, this.#groups[at + i]);
      pass.dispatchWorkgroups(x, y, z);
    }
    pass.end();
  }

  #timed(encoder: GPUCommandEncoder, count: number): void {
    for (const [i, pass] of this.#program.passes.entries()) this.#dispatch(encoder, [pass], count, i, this.#timer);
  }

  /** Finds which pass WebGPU has something against. */
  async #culprit(count: number, why: string): Promise<GpuPassError> {
    const { device } = this.#session, { passes } = this.#program;
    for (const [i, pass] of passes.entries()) {
      const { validation } = await scoped(device, () => {
        const encoder = device.createCommandEncoder();
        this.#dispatch(encoder, [pass], count, i);
        encoder.finish();
      });
      if (validation) return new GpuPassError(pass.label, { why: validation });
    }
    return new GpuPassError(passes.map(({ label }) => label).join(", "), { why });
  }
}

/** Data padded with zeros to whole words of 4 bytes. */
function wholeWords({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if (byteLength % 4 === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(byteLength / 4) * 4);
  padded.set(bytes);
  return padded;
}
