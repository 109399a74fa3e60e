/** A number in all lanes. */
@inline
export function f32s(x: f32): v128 {
  return f32x4.splat(x);
}
