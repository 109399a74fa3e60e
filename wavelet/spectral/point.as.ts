/** A point: 32 bytes, the real parts of a register's lanes, then their imaginary parts. */
export const POINT: usize = 32;

@inline
export function put(p: usize, re: v128, im: v128): void {
  v128.store(p, re);
  v128.store(p, im, 16);
}

/** Stores a value times the twiddle at w. */
@inline
export function twist<T>(p: usize, w: usize, re: v128, im: v128): void {
  const c = v128.load_splat<T>(w), s = v128.load_splat<T>(w + sizeof<T>());
  v128.store(p, v128.sub<T>(v128.mul<T>(re, c), v128.mul<T>(im, s)));
  v128.store(p, v128.add<T>(v128.mul<T>(re, s), v128.mul<T>(im, c)), 16);
}

/** Number i of a table, in all lanes. An engine makes constants that stand in a loop anew in each round, which takes longer. */
@inline
export function constant<T>(table: usize, i: usize): v128 {
  return v128.load_splat<T>(table + i * sizeof<T>());
}
