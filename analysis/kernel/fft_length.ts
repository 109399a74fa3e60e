/**
 * Time of one point in one stage of the kernel's transform, in units of a radix-4 stage without its last-stage savings,
 * measured.
 */
const STAGE_COST: Readonly<Record<number, number>> = { 2: 0.72, 3: 1.05, 4: 1, 5: 1.45 };

/**
 * The radices of the kernel's transform of a length, in the order of its stages: 4 first, as the kernel fuses filtering with
 * it.
 *
 * @param length A length that {@linkcode fastLengths} gives.
 * @returns The radices, whose product is the length; undefined for a length that the kernel cannot transform.
 */
export function radices(length: number): number[] | undefined {
  if (length % 4 !== 0) return undefined;
  const found: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) found.push(radix);
  }
  return rest === 1 ? found : undefined;
}

/** How long a transform takes, in arbitrary units. */
export function fftCost(length: number): number {
  return length * radices(length)!.reduce((sum, radix) => sum + STAGE_COST[radix], 0);
}

/**
 * The lengths that the kernel can transform: multiples of 4 without prime factors other than 2, 3 and 5.
 *
 * @param low Smallest length.
 * @param high Largest length.
 * @returns The lengths in rising order.
 */
export function fastLengths(low: number, high: number): number[] {
  const lengths: number[] = [];
  for (let five = 4; five <= high; five *= 5) {
    for (let three = five; three <= high; three *= 3) {
      for (let two = three; two <= high; two *= 2) if (two >= low) lengths.push(two);
    }
  }
  return lengths.sort((a, b) => a - b);
}
