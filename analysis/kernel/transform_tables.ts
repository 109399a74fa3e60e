import { unitCircle } from "../../random/mod.ts";
import { radices } from "./fft_length.ts";
import type { MemoryPlan } from "./memory_plan.ts";

/** Bytes of one complex point of four surrogates. */
export const POINT = 32;

/** What of the kernel's module is needed to write its tables. */
export interface KernelTransform {
  readonly memory: WebAssembly.Memory;
  /** Transforms from natural order to reversed digits; there are zeros from `limit` on. */
  readonly transform: (plan: number, from: number, limit: number, to: number) => void;
}

/**
 * Places the tables of a transform in the kernel's memory.
 *
 * @param length A length that {@linkcode fastLengths} gives.
 * @param memory The kernel's memory.
 * @returns Where the plan lies, which the kernel's transform takes.
 */
export function placeTransform(length: number, memory: MemoryPlan): number {
  const stages = radices(length)!;
  const order = memory.words(length, () => digitOrder(stages).map((position) => position * POINT));
  const description = [length, stages.length, order];
  let block = length;
  for (const radix of stages) {
    const size = block, columns = block / radix;
    description.push(radix, block, memory.floats(2 * (radix - 1) * columns, () => twiddles(radix, size)));
    block = columns;
  }
  return memory.words(description.length, () => description);
}

/** Position of each frequency after a transform by decimation in frequency. */
export function digitOrder(stages: readonly number[]): Uint32Array {
  let order = Uint32Array.of(0);
  for (const radix of stages.toReversed()) {
    const next = new Uint32Array(order.length * radix);
    for (let k = 0; k < next.length; k++) next[k] = (k % radix) * order.length + order[Math.floor(k / radix)];
    order = next;
  }
  return order;
}

/**
 * The response of the discrete Hilbert transform, 2/(pi d) at odd lags d, over i, with the factor of two transforms.
 *
 * @param size How many frequencies.
 * @param kernel The kernel.
 * @param transform Its tables for a transform of that length.
 * @param room Room for that many points.
 * @param work And for as many more.
 * @returns One number for each frequency.
 */
export function hilbertResponse(
  size: number,
  kernel: KernelTransform,
  transform: number,
  room: number,
  work: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(kernel.memory.buffer, room, 8 * size).fill(0);
  for (let d = 1; d < size / 2; d += 2) {
    values[8 * d] = 2 / (Math.PI * d * size);
    values[8 * (size - d)] = -values[8 * d];
  }
  kernel.transform(transform, room, room + POINT * size, work);
  const spectrum = new Float32Array(kernel.memory.buffer, work), order = digitOrder(radices(size)!);
  return Float32Array.from({ length: size }, (_, k) => spectrum[8 * order[k] + 4]);
}

/** exp(2 pi i j q / block) for j < block / radix, q = 1 .. radix - 1. */
function twiddles(radix: number, block: number): Float32Array {
  const columns = block / radix, values = new Float32Array(2 * (radix - 1) * columns);
  let at = 0;
  for (let j = 0; j < columns; j++) {
    for (let q = 1; q < radix; q++) {
      [values[at++], values[at++]] = unitCircle(j * q, block);
    }
  }
  return values;
}
