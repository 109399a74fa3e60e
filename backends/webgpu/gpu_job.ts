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

/** Batches that were submitted together. */
interface Wave {
  readonly flights: readonly Flight[];
  /** How long the device took, where this thread was held up until it had done. */
  milliseconds?: number;
  /** Why there are no more. */
  readonly lacking?: NoRoomError;
}

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
   * @param losses How many devices were lost over it: a watchdog or a want of memory may be why, so batches are the smaller.
   */
  async run(session: GpuSession, losses = 0): Promise<unknown> {
    const { task, nSimulations: n, signal, advance, onPartial } = this.#request;
    const { memory, batchSeconds, stats } = this.#options;
    const program: GpuProgram = await this.#definition.gpu!.program(task.args, session.traits);
    const plan = new ProgramPlan(program, session.name, session.traits);
    const { chunk = 1 } = this.#definition;
    const allowed = Math.max(memory / 4 ** losses, Math.min(memory, plan.memory(chunk)));
    const sizer = new BatchSizer(
      chunk,
      plan.largestBatch(chunk, n, allowed),
      Math.max(batchSeconds / 4 ** losses, SHORTEST),
    );
    const pipelines: GPUComputePipeline[] = [];
    for (const pass of program.passes) pipelines.push(await session.pipelines.get(pass, stats));

    let room: BatchRoom | undefined, next = this.#merger.joined, landed = 0;
    const flying = new Set<Flight>();

    /** Submits the next batch, in a room of the size that is due. */
    const launch = async (): Promise<Flight> => {
      const count = Math.min(sizer.size, n - next);
      if (room === undefined || room.size < count || room.size > sizer.size) {
        room?.release();
        room = undefined;
        room = await BatchRoom.make(session, plan, program, pipelines, sizer.room(count), this.#profile);
      }
      const flight = await room.launch(next, this.#keysFrom(next, count));
      flying.add(flight);
      next += count;
      return flight;
    };

    /** Submits the batches that are due together. */
    const launchAll = async (): Promise<Wave> => {
      const flights: Flight[] = [];
      const due = Math.min(sizer.together, plan.mostTogether(sizer.size, allowed));
      while (next < n && flights.length < due) {
        try {
          flights.push(await launch());
        } catch (error) {
          if (!(error instanceof NoRoomError)) throw error;
          return { flights, lacking: error };
        }
      }
      return { flights };
    };

    /** Asks for the results of batches, and notes where that told how long they took. */
    const askAll = (wave: Wave): void => {
      const asked = performance.now();
      for (const flight of wave.flights) room!.ask(flight);
      const now = performance.now();
      if (now - asked > 1) wave.milliseconds = now - wave.flights[0].launched;
    };

    const landAll = async ({ flights, milliseconds }: Wave): Promise<void> => {
      const before = Math.max(flights[0].launched, landed), full = flights.every(({ count }) => count === room!.size);
      for (const flight of flights) {
        const { start, count } = flight, span = { start, count };
        const results = await room!.land(flight);
        flying.delete(flight);
        milliseconds ??= Math.max(0, performance.now() - before - LATENCY);
        stats.batches++;
        stats.simulations += count;
        stats.largestBatch = Math.max(stats.largestBatch, count);
        this.#merger.add(span, program.partials(results, span));
        advance(count);
        onPartial?.(this.#merger.partial);
      }
      stats.mostTogether = Math.max(stats.mostTogether, flights.length);
      if (full) sizer.took(milliseconds! / 1000 / flights.length);
      landed = performance.now();
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

    try {
      let wave: Wave | undefined;
      while (next < n || wave) {
        signal.throwIfAborted();
        // Once batches are alike, the next ones are on their way before the last are read: the device has no pause.
        const ahead = next < n && (!wave || sizer.settled) ? await launchAll() : undefined;
        if (wave) await landAll(wave);
        wave = ahead?.flights.length ? ahead : undefined;
        if (wave) askAll(wave);
        else if (ahead?.lacking) shrink(ahead.lacking);
      }
    } finally {
      for (const flight of flying) {
        room?.ask(flight);
        await flight.mapped?.catch(() => {});
      }
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
