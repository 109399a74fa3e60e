import { InvalidArgumentError } from "../../random/mod.ts";
import { radices } from "./fft_length.ts";
import type { KernelPlan } from "./kernel_plan.ts";
import { bandFilter, firstBin, timeSmoothing } from "./scale_tables.ts";
import { digitOrder, hilbertResponse, type KernelTransform, POINT, writeTransform } from "./transform_tables.ts";

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
  /** Bytes in all. Behind them is room for what a test wants to see. */
  readonly bytes: number;
}

/** Batches of four surrogates that one call can run. */
export const KEY_BATCHES = 64;
/** Bins of a histogram. */
export const BINS = 1024;

const PAGE = 65536;
/** The largest memory of a WebAssembly module. */
const MOST_MEMORY = 2 ** 32;
/** Results of longer transforms are read in the order in which they lie, as a cache does not hold them. */
const SCATTERED = 2 ** 14;
const POWERS = 64;

/**
 * Lays tables, descriptors and buffers of a plan into the kernel's memory.
 *
 * @param plan What is computed, and how.
 * @param kernel The kernel's memory, grown as needed, and its transform.
 * @returns Where things lie.
 */
export function writeProgram(plan: KernelPlan, kernel: KernelTransform): KernelProgram {
  const { spec, mother, levels, scales, windows } = plan, { memory } = kernel;
  let top = PAGE;
  const allocate = (bytes: number) => {
    const at = top;
    top += Math.ceil(bytes / 64) * 64;
    if (top > MOST_MEMORY) {
      throw new InvalidArgumentError(
        "n",
        spec.n,
        "so few samples that the kernel's tables and buffers fit into 4 GiB",
        {
          hint: "Ten million samples with twelve scales an octave do. Test fewer scales, or larger ones",
        },
      );
    }
    if (top > memory.buffer.byteLength) memory.grow(Math.ceil((top - memory.buffer.byteLength) / PAGE));
    return at;
  };
  const words = (at: number, values: ArrayLike<number>) => new Uint32Array(memory.buffer, at).set(values);
  const floats = (at: number, values: ArrayLike<number>) => new Float32Array(memory.buffer, at).set(values);

  const transforms = new Map<number, number>();
  const transform = (length: number) => {
    const at = transforms.get(length) ?? writeTransform(length, memory, allocate);
    transforms.set(length, at);
    return at;
  };

  const times = new Map<number, number>();
  const timesOf = (length: number) => {
    let at = times.get(length);
    if (at === undefined) {
      times.set(length, at = allocate(4 * length));
      const table = new Uint32Array(memory.buffer, at);
      digitOrder(radices(length)!).forEach((position, time) => table[position] = time);
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
  const record = allocate(POINT * spec.n), recordEnd = record + POINT * spec.n;
  const work = allocate(POINT * Math.max(longest, 2 * most));
  const spectrum1 = allocate(POINT * bins),
    spectrum2 = mother.real && levels.every((level) => !level.analytic) ? 0 : allocate(POINT * bins);
  // Room for analytic series is free again when the first scale's powers come.
  const room = allocate(Math.max(
    POWERS * Math.max(...smoothings.map((smoothing) => smoothing.count)),
    ...levels.map(({ length, analytic }) => analytic ? POINT * Math.max(2 * length, analytic.length) : 0),
  ));
  const powers = room;
  const wholeFilter = allocate(
    4 * Math.max(0, ...filters.map(({ shift }, i) => shift > 0 ? scales[i].samples + 2 ** shift : 0)),
  );

  // Smoothed spectra live from their scale to the last window that has it.
  const lastUse = scales.map((_, i) => windows.findLastIndex((window) => window.neighbours.some((k) => k.scale === i)));
  const rows = windows.map((window) => Math.max(...window.neighbours.map((k) => k.scale)));
  const slots = ringSize(lastUse, rows);
  const ring: number[] = [];
  for (let slot = 0; slot < slots; slot++) {
    ring.push(
      allocate(POWERS * Math.max(1, ...scales.filter((_, i) => i % slots === slot).map((scale) => scale.count))),
    );
  }
  const histogram = allocate(4 * BINS * Math.max(1, windows.length));

  const steps: number[] = [];
  let done = 0;
  scales.forEach((scale, i) => {
    if (i === levels[scale.level].scales[0]) {
      steps.push(...writeLevel(scale.level));
    }
    steps.push(2, writeScale(i));
    for (; done < windows.length && rows[done] <= i; done++) steps.push(3, writeWindow(done));
  });

  function writeLevel(level: number): [kind: number, at: number] {
    const { length, analytic, scales: [from, to] } = levels[level], at = allocate(48);
    const bandEnds = scales.slice(from, to).map((scale, k) => bands[from + k] + scale.samples);
    // Beyond the Nyquist frequency only analytic series have anything. Elsewhere filters are 0 there.
    const first = Math.max(Math.min(0, ...bands.slice(from, to)), -length / 2);
    const end = Math.min(Math.max(...bandEnds), analytic ? length : length / 2 + 1);
    const start = spectrum1 + POINT * (first - lowest);
    const second = mother.real && !analytic ? 0 : spectrum2 + POINT * (first - lowest);
    words(at, [transform(length), record, recordEnd, work, start, second, end - first, first]);
    if (!analytic) return [1, at];
    const size = analytic.length, response = hilbertResponse(size, kernel, transform(size), room, work);
    const table = allocate(4 * size);
    floats(table, response);
    words(at + 32, [transform(size), table, room, analytic.margin]);
    return [4, at];
  }

  function writeScale(i: number): number {
    const scale = scales[i], { samples } = scale, cut = levels[scale.level].analytic !== undefined;
    const { values, shift } = filters[i], { first, count, taps, forward, phases } = smoothings[i];
    const filter = allocate(4 * values.length);
    floats(filter, values);
    const description = [
      transform(samples),
      filter,
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
      const table = allocate(4 * taps), outputs = Math.max(0, Math.ceil((scale.count - phase) / phases.length));
      floats(table, weights);
      description.push(POWERS * start, table, outputs, ring[i % slots] + POWERS * phase);
    });
    const at = allocate(4 * description.length);
    words(at, description);
    return at;
  }

  function writeWindow(j: number): number {
    const { step, first, count, neighbours } = windows[j];
    const groups = Map.groupBy(neighbours, ({ scale }) => scales[scale].step);
    const at = allocate(12 + 24 * neighbours.length + 12 * groups.size);
    words(at, [histogram + 4 * BINS * j, count, groups.size]);
    let top = at + 12;
    for (const [fine, members] of groups) {
      const ratio = step / fine;
      const start = (i: number) => ring[i % slots] + POWERS * (first * ratio - scales[i].first);
      const ones = members.filter(({ weight }) => weight === 1), others = members.filter(({ weight }) => weight !== 1);
      words(top, [POWERS * ratio, ones.length, others.length, ...ones.map(({ scale }) => start(scale))]);
      top += 12 + 4 * ones.length;
      for (const { scale, weight } of others) {
        words(top, [start(scale)]);
        floats(top + 4, [weight]);
        top += 8;
      }
    }
    return at;
  }

  const keys = allocate(32 * KEY_BATCHES), program = allocate(24 + 4 * steps.length + 8);
  words(program, [record, spec.n]);
  floats(program + 8, [...spec.g, ...spec.g.map((g) => 1 / Math.sqrt(1 - g * g))]);
  words(program + 24, [...steps, 0, 0]);
  return { record, program, keys, histogram, bytes: top };
}

/** Least number of slots with which no smoothed spectra are overwritten while a window still needs them. */
function ringSize(lastUse: readonly number[], rows: readonly number[]): number {
  let size = 1;
  lastUse.forEach((window, i) => {
    if (window >= 0) size = Math.max(size, rows[window] - i + 1);
  });
  return size;
}
