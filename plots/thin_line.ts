/**
 * Which samples of a series are enough to draw it at so many pixels: all where they are few, else the least and the greatest of every
 * two pixels, and both ends.
 */
export function thinLine(values: ArrayLike<number>, pixels: number): number[] {
  const n = values.length;
  if (n <= 2 * pixels) return Array.from({ length: n }, (_, i) => i);
  const kept: number[] = [];
  const bins = Math.max(1, Math.floor(pixels / 2));
  for (let bin = 0; bin < bins; bin++) {
    const start = Math.floor(bin * n / bins), end = Math.floor((bin + 1) * n / bins);
    let least = start, greatest = start;
    for (let i = start; i < end; i++) {
      if (values[i] < values[least]) least = i;
      if (values[i] > values[greatest]) greatest = i;
    }
    kept.push(...new Set([Math.min(least, greatest), Math.max(least, greatest)]));
  }
  return [...new Set([0, ...kept, n - 1])];
}
