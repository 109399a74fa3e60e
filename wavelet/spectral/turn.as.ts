/** exp(2 pi i e / N) from tables of 256 fine steps and N / 256 coarse ones. */
export let turnRe: f64 = 0, turnIm: f64 = 0;

@inline
export function turn(circle: usize, e: u32): void {
  const fine = circle + ((<usize> e & 255) << 4), coarse = circle + 4096 + (<usize> (e >> 8) << 4);
  const a = load<f64>(fine), b = load<f64>(fine, 8), c = load<f64>(coarse), d = load<f64>(coarse, 8);
  turnRe = a * c - b * d;
  turnIm = a * d + b * c;
}

/** k modulo n, of either sign. */
@inline
export function wrap(k: i64, n: i32): u32 {
  const rest = k % <i64> n;
  return <u32> (rest < 0 ? rest + <i64> n : rest);
}
