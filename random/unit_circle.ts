/**
 * The point at `k / n` of a full turn on the unit circle, from exactly rounded operations only, so that transforms are the same
 * on every engine.
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
  let cos = series(z, 2), sin = x * series(z, 3);
  if (steep) [cos, sin] = [sin, cos];
  return [left ? -cos : cos, lower ? -sin : sin];
}

/** 1 - z/((m-1) m) (1 - z/((m+1)(m+2)) (1 - ...)): the series of cos x (m = 2) and of sin x / x (m = 3) for z = x^2. */
function series(z: number, m: number): number {
  let sum = 1;
  for (let k = m + 16; k >= m; k -= 2) sum = 1 - z / ((k - 1) * k) * sum;
  return sum;
}
