/**
 * The point at `k / n` of a full turn on the unit circle, from exactly rounded operations only, so that the transforms'
 * twiddles are the same on every engine.
 *
 * @param k A whole number from 0 to n.
 * @param n The number of steps in a turn.
 * @returns Cosine and sine.
 */
export function unitCircle(k: number, n: number): [cos: number, sin: number] {
  // Reduced to the first eighth of a turn in whole numbers.
  let a = 8 * k;
  const lower = a > 4 * n;
  if (lower) a = 8 * n - a;
  const left = a > 2 * n;
  if (left) a = 4 * n - a;
  const steep = a > n;
  if (steep) a = 2 * n - a;
  const x = a / n * (Math.PI / 4), z = x * x;
  let cos = 1 + z * (-1 / 2 + z * (1 / 24 + z * (-1 / 720 + z * (1 / 40320 + z * (-1 / 3628800 + z / 479001600)))));
  let sin = x *
    (1 + z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z * (1 / 362880 + z * (-1 / 39916800 + z / 6227020800))))));
  if (steep) [cos, sin] = [sin, cos];
  return [left ? -cos : cos, lower ? -sin : sin];
}
