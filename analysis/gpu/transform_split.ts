/** How a transform is divided into passes. */
export interface TransformSplit {
  /** The radices of passes over storage, first to last. */
  readonly passes: readonly number[];
  /** The radix of what is left that a workgroup does as it loads its points. */
  readonly radix: number;
  /** The radices of what it does in its own memory. */
  readonly stages: readonly number[];
}

/** Largest radix of a pass: each point of it is a sum of so many. */
const LARGEST = 16;

/**
 * Divides a transform so that a workgroup can do what is left.
 *
 * @param length A product of 2, 3 and 5.
 * @param capacity Points that a workgroup's memory holds.
 * @returns The passes, as few as can be.
 */
export function splitTransform(length: number, capacity: number): TransformSplit {
  const passes: number[] = [];
  let left = length;
  for (;;) {
    for (let radix = 1; radix <= LARGEST; radix++) {
      if (left % radix === 0 && left / radix <= capacity) return { passes, radix, stages: stagesOf(left / radix) };
    }
    let radix = LARGEST;
    while (left % radix !== 0) radix--;
    passes.push(radix);
    left /= radix;
  }
}

function stagesOf(length: number): number[] {
  const stages: number[] = [];
  for (const radix of [8, 4, 2, 3, 5]) {
    for (; length % radix === 0; length /= radix) stages.push(radix);
  }
  return stages;
}
