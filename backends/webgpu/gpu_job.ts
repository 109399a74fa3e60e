import { SimulationKeys } from "../../random/mod.ts";
import type { TaskRequest } from "../backend.ts";
import { GpuMemoryError } from "../gpu_errors.ts";
import type { GpuProgram } from "../gpu_program.ts";
import { PartialMerger } from "../span_queue.ts";
import type { AnyTaskDefinition } from "../task.ts";
import { BatchRoom, type Flight } from "./batch_room.ts";
import { BatchSizer } from "./batch_sizer.ts";
import { NoRoomError } from "./buffer_pool.ts";
import { ProgramPlan } from "./program_plan.ts";
import type { GpuSession } from "./session.ts";
import type { GpuStats } from "./stats.ts";

/** How a job runs. */
export interface GpuJobOptions {
  /** Bytes that its buffers may take. */
  readonly memory: number;
  /** Seconds that a batch should take. */
  readonly batchSeconds: number;
  /** Where its work is counted. */
  readonly stats: GpuStats;
  /** Whether passes are timed. */
  readonly profile: boolean;
}

/** Milliseconds that Deno may take to tell of results that are there. */
const LATENCY = 15;
/** Seconds that a batch should take at least: less is noise. */
const SHORTEST = 0.005;

/** A Monte Carlo job on a GPU, which can be taken up again on another device where it broke off. */
export class GpuJob {
  readonly #definition: AnyTaskDefinition;
  readonly #request: TaskRequest;
  readonly #options: GpuJobOptions;
  readonly #keys: SimulationKeys;
  readonly #merger: PartialMerger;

  /** Prepares the job; nothing runs yet. */
  constructor(definition: AnyTaskDefinition, request: TaskRequest, options: GpuJobOptions) {
    this.#definition = definition;
    this.#request = request;
    this.#options = options;
    this.#keys = new SimulationKeys(request.seed);
    this.#merger = new PartialMerger(definition);
  }

  /**
   * Runs what is left of it, and gives the whole. Batches under way have ended when it settles.
   *
   * @param losses How many devices were lost over it: it may be the watchdog's doing, so batches are the shorter.
   */
  async run(session: GpuSession, losses = 0): Promise<unknown> {
    const { task, nSimulations: n, signal, advance, onPartial } = this.#request;
    const { memory, batchSeconds, stats } = this.#options;
    const program: GpuProgram = await this.#definition.gpu!.program(task.args, session.traits);
    const plan = new ProgramPlan(program, session.name, session.traits);
    const { chunk = 1 } = this.#definition;
    const sizer = new BatchSizer(
      chunk,
      plan.largestBatch(chunk, n, memory),
      Math.max(batchSeconds / 4 ** losses, SHORTEST),
    );
    const pipelines: GPUComputePipeline[] = [];
    for (const pass of program.passes) pipelines.push(await session.pipelines.get(pass, stats));

    let room: BatchRoom | undefined, flight: Flight | undefined;
    let next = this.#merger.joined, landed = 0;

    /** Submits the next batch, in a room of the size that is due. */
    const launch = async (): Promise<Flight> => {
      const count = Math.min(sizer.size, n - next);
      if (room === undefined || room.size < count || room.size > sizer.size) {
        room?.release();
        room = undefined;
        room = await BatchRoom.make(session, plan, program, pipelines, sizer.room(count), this.#profile);
      }
      return await room.launch(next, this.#keysFrom(next, count));
    };

    const shrink = (cause: NoRoomError): void => {
      room?.release();
      room = undefined;
      if (!sizer.halve()) {
        const remedy = "Close what else uses it, or use another backend";
        throw new GpuMemoryError(session.name, sizer.size, plan.memory(sizer.size), remedy, { cause });
      }
      stats.halvings++;
    };

    const land = async (flight: Flight): Promise<void> => {
      const { start, count, launched, held } = flight;
      const results = await room!.land(flight);
      const now = performance.now();
      // Where the device is waited for at submission, that is the time it took; else it is that since the last batch.
      const milliseconds = held > 1 ? held : Math.max(0, now - Math.max(launched, landed) - LATENCY);
      if (count === room!.size) sizer.took(milliseconds / 1000);
      landed = now;
      stats.batches++;
      stats.simulations += count;
      stats.largestBatch = Math.max(stats.largestBatch, count);
      const span = { start, count };
      this.#merger.add(span, program.partials(results, span));
      advance(count);
      onPartial?.(this.#merger.partial);
    };

    try {
      while (next < n || flight) {
        signal.throwIfAborted();
        // Once batches are alike, the next one is on its way before the last is read: the device has no pause.
        let ahead: Flight | undefined, lacking: NoRoomError | undefined;
        if (next < n && (!flight || sizer.settled)) {
          try {
            ahead = await launch();
            next += ahead.count;
          } catch (error) {
            if (!(error instanceof NoRoomError)) throw error;
            lacking = error;
          }
        }
        const landing = flight;
        flight = ahead;
        if (landing) await land(landing);
        if (lacking) shrink(lacking);
      }
    } finally {
      await flight?.mapped.catch(() => {});
      room?.release();
    }
    return this.#merger.result(n);
  }

  get #profile(): GpuStats | undefined {
    return this.#options.profile ? this.#options.stats : undefined;
  }

  #keysFrom(start: number, count: number): Uint32Array<ArrayBuffer> {
    const words = new Uint32Array(2 * count), key = new Uint32Array(2);
    for (let i = 0; i < count; i++) {
      this.#keys.key(start + i, key);
      words[2 * i] = key[0];
      words[2 * i + 1] = key[1];
    }
    return words;
  }
}
