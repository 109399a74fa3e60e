import { InvalidArgumentError } from "../../random/mod.ts";
import { radices } from "./fft_length.ts";
import type { KernelPlan } from "./kernel_plan.ts";
import { bits, MemoryPlan } from "./memory_plan.ts";
import { bandFilter, firstBin, timeSmoothing } from "./scale_tables.ts";
import { digitOrder, hilbertResponse, placeTransform, POINT } from "./transform_tables.ts";

/** Where things lie in the kernel's memory, in bytes. */
export interface KernelProgram {
  /** The record of a batch: for each sample four lanes of the first series, four of the second. */
  readonly record: number;
  /** The steps of a batch, which draw() and run() take. */
  readonly program: number;
  /** Keys of up to {@linkcode KEY_BATCHES} batches, 8 words each. */
  readonly keys: number;
  /** The histograms: 1024 counters for each tested scale. */
  readonly histogram: number;
  /** The memory, to be filled. Behind it is room for what a test wants to see. */
  readonly memory: MemoryPlan;
}

/** Batches of four surrogates that one call can run. */
export const KEY_BATCHES = 64;
/** Bins of a histogram. */
export const BINS = 1024;

/** The largest memory of a WebAssembly module. */
const MOST_MEMORY = 2 ** 32;
/** Results of longer transforms are read in the order in which they lie, as a cache does not hold them. */
const SCATTERED = 2 ** 14;
const POWERS = 64;
/** What a sample takes at least: the record, and room to transform it. */
const LEAST_BYTES = 2 * POINT;
const HINT = "Ten million do with a Morlet wavelet and twelve scales an octave. A larger s0 takes less, " +
  "and so do series averaged over neighbouring samples";

/** Refuses records of n samples, for which the kernel takes at least so many bytes, if no memory holds them. */
export function requireRoom(n: number, bytes: number = LEAST_BYTES * n): void {
  if (bytes <= MOST_MEMORY) return;
  const constraint = `so few samples that the kernel's tables and buffers fit into 4 GiB; they take ${
    (bytes / 2 ** 30).toFixed(1)
  } or more`;
  throw new InvalidArgumentError("n", n, constraint, { hint: HINT });
}

/**
 * Lays out tables, descriptors and buffers of a plan in the kernel's memory, which need not be there yet.
 *
 * @param plan What is computed, and how.
 * @returns Where things will lie, and the memory, to be filled.
 * @throws {InvalidArgumentError} If no kernel's memory is large enough.
 */
export function layOut(plan: KernelPlan): KernelProgram {
  const { spec, mother, levels, scales, windows } = plan, memory = new MemoryPlan();

  const transforms = new Map<number, number>();
  const transform = (length: number) => {
    const at = transforms.get(length) ?? placeTransform(length, memory);
    transforms.set(length, at);
    return at;
  };

  const times = new Map<number, number>();
  const timesOf = (length: number) => {
    let at = times.get(length);
    if (at === undefined) {
      at = memory.words(length, () => {
        const table = new Uint32Array(length);
        digitOrder(radices(length)!).forEach((position, time) => table[position] = time);
        return table;
      });
      times.set(length, at);
    }
    return at;
  };

  // Buffers that are used again for each level and scale.
  const longest = Math.max(...levels.map((level) => Math.max(level.length, level.analytic?.length ?? 0)));
  const most = Math.max(...scales.map((scale) => scale.samples));
  const bands = scales.map((scale) => firstBin(scale, levels[scale.level], mother));
  const lowest = Math.min(0, ...bands), bins = Math.max(...scales.map((scale, i) => bands[i] + scale.samples)) - lowest;
  const filters = scales.map((scale) => bandFilter(scale, levels[scale.level], mother));
  const smoothings = scales.map((scale) => timeSmoothing(scale, levels[scale.level].length, mother));
  const record = memory.room(POINT * spec.n), recordEnd = record + POINT * spec.n;
  const work = memory.room(POINT * Math.max(longest, 2 * most));
  const spectrum1 = memory.room(POINT * bins),
    spectrum2 = mother.real && levels.every((level) => !level.analytic) ? 0 : memory.room(POINT * bins);
  // Room for analytic series is free again when the first scale's powers come.
  const room = memory.room(Math.max(
    POWERS * Math.max(...smoothings.map((smoothing) => smoothing.count)),
    ...levels.map(({ length, analytic }) => analytic ? POINT * Math.max(2 * length, analytic.length) : 0),
  ));
  const powers = room;
  const wholeFilter = memory.room(
    4 * Math.max(0, ...filters.map(({ shift }, i) => shift > 0 ? scales[i].samples + 2 ** shift : 0)),
  );

  // Smoothed spectra live from their scale to the last window that has it.
  const lastUse = scales.map((_, i) => windows.findLastIndex((window) => window.neighbours.some((k) => k.scale === i)));
  const rows = windows.map((window) => Math.max(...window.neighbours.map((k) => k.scale)));
  const slots = ringSize(lastUse, rows);
  const ring: number[] = [];
  for (let slot = 0; slot < slots; slot++) {
    ring.push(
      memory.room(POWERS * Math.max(1, ...scales.filter((_, i) => i % slots === slot).map((scale) => scale.count))),
    );
  }
  const histogram = memory.room(4 * BINS * Math.max(1, windows.length));

  const steps: number[] = [];
  let done = 0;
  scales.forEach((scale, i) => {
    if (i === levels[scale.level].scales[0]) {
      steps.push(...writeLevel(scale.level));
    }
    steps.push(2, writeScale(i));
    for (; done < windows.length && rows[done] <= i; done++) {
      if (windows[done].count > 0) steps.push(3, writeWindow(done));
    }
  });

  function writeLevel(level: number): [kind: number, at: number] {
    const { length, analytic, scales: [from, to] } = levels[level];
    const bandEnds = scales.slice(from, to).map((scale, k) => bands[from + k] + scale.samples);
    // Beyond the Nyquist frequency only analytic series have anything. Elsewhere filters are 0 there.
    const first = Math.max(Math.min(0, ...bands.slice(from, to)), -length / 2);
    const end = Math.min(Math.max(...bandEnds), analytic ? length : length / 2 + 1);
    const start = spectrum1 + POINT * (first - lowest);
    const second = mother.real && !analytic ? 0 : spectrum2 + POINT * (first - lowest);
    const description = [transform(length), record, recordEnd, work, start, second, end - first, first];
    if (analytic) {
      const { length: size, margin } = analytic, hilbert = transform(size);
      const table = memory.floats(size, (kernel) => hilbertResponse(size, kernel, hilbert, room, work));
      description.push(hilbert, table, room, margin);
    }
    return [analytic ? 4 : 1, memory.words(description.length, () => description)];
  }

  function writeScale(i: number): number {
    const scale = scales[i], { samples } = scale, cut = levels[scale.level].analytic !== undefined;
    const { values, count: points, shift } = filters[i], { first, count, taps, forward, phases } = smoothings[i];
    const description = [
      transform(samples),
      memory.floats(points, values),
      spectrum1 + POINT * (bands[i] - lowest),
      mother.real && !cut ? 0 : spectrum2 + POINT * (bands[i] - lowest),
      work,
      work + POINT * samples,
      powers,
      ((first % samples) + samples) % samples,
      count,
      ring[i % slots],
      phases.length,
      taps,
      POWERS * forward,
      POWERS * phases.length,
      !mother.real ? 0 : cut ? 3 : mother.odd ? 2 : 1,
      shift,
      wholeFilter,
      samples > SCATTERED && count <= samples ? timesOf(samples) : 0,
    ];
    phases.forEach(({ start, weights }, phase) => {
      const outputs = Math.max(0, Math.ceil((scale.count - phase) / phases.length));
      description.push(POWERS * start, memory.floats(taps, weights), outputs, ring[i % slots] + POWERS * phase);
    });
    return memory.words(description.length, () => description);
  }

  function writeWindow(j: number): number {
    const { step, first, count, neighbours } = windows[j];
    const groups = Map.groupBy(neighbours, ({ scale }) => scales[scale].step);
    const description = [histogram + 4 * BINS * j, count, groups.size];
    for (const [fine, members] of groups) {
      const ratio = step / fine;
      const start = (i: number) => ring[i % slots] + POWERS * (first * ratio - scales[i].first);
      const ones = members.filter(({ weight }) => weight === 1), others = members.filter(({ weight }) => weight !== 1);
      description.push(POWERS * ratio, ones.length, others.length, ...ones.map(({ scale }) => start(scale)));
      for (const { scale, weight } of others) description.push(start(scale), ...bits(weight));
    }
    return memory.words(description.length, () => description);
  }

  const keys = memory.room(32 * KEY_BATCHES);
  const head = [record, spec.n, ...bits(...spec.g, ...spec.g.map((g) => 1 / Math.sqrt(1 - g * g)))];
  const program = memory.words(head.length + steps.length + 2, () => [...head, ...steps, 0, 0]);
  requireRoom(spec.n, memory.bytes);
  return { record, program, keys, histogram, memory };
}

/** Least number of slots with which no smoothed spectra are overwritten while a window still needs them. */
function ringSize(lastUse: readonly number[], rows: readonly number[]): number {
  let size = 1;
  lastUse.forEach((window, i) => {
    if (window >= 0) size = Math.max(size, rows[window] - i + 1);
  });
  return size;
}
