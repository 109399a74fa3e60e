import { radices } from "./fft_length.ts";
import { unitCircle } from "../../random/mod.ts";

/** Bytes of one complex point of four surrogates. */
export const POINT = 32;

/**
 * Writes the tables of a transform into the kernel's memory.
 *
 * @param length A length that {@linkcode fastLengths} gives.
 * @param memory The kernel's memory.
 * @param allocate Finds room for bytes.
 * @returns Where the plan lies, which the kernel's transform takes.
 */
export function writeTransform(
  length: number,
  memory: WebAssembly.Memory,
  allocate: (bytes: number) => number,
): number {
  const stages = radices(length)!, order = allocate(4 * length), positions = digitOrder(stages);
  new Uint32Array(memory.buffer, order).set(positions.map((position) => position * POINT));
  const plan = allocate(12 * (1 + stages.length)), description = [length, stages.length, order];
  let block = length;
  for (const radix of stages) {
    const values = twiddles(radix, block), table = allocate(4 * values.length);
    new Float32Array(memory.buffer, table).set(values);
    description.push(radix, block, table);
    block /= radix;
  }
  new Uint32Array(memory.buffer, plan).set(description);
  return plan;
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
