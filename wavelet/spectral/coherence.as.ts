import { constant } from "./point.as";

/** The cross spectrum W1 conj(W2) of n samples of two transforms, in place of the first. */
@inline
function cross<T>(re1: usize, im1: usize, re2: usize, im2: usize, n: i32): void {
  for (const end = re1 + <usize> n * sizeof<T>(); re1 < end; re1 += 16, im1 += 16, re2 += 16, im2 += 16) {
    const a = v128.load(re1), b = v128.load(im1), c = v128.load(re2), d = v128.load(im2);
    v128.store(re1, v128.add<T>(v128.mul<T>(a, c), v128.mul<T>(b, d)));
    v128.store(im1, v128.sub<T>(v128.mul<T>(b, c), v128.mul<T>(a, d)));
  }
}

export function cross64(re1: usize, im1: usize, re2: usize, im2: usize, n: i32): void {
  cross<f64>(re1, im1, re2, im2, n);
}

export function cross32(re1: usize, im1: usize, re2: usize, im2: usize, n: i32): void {
  cross<f32>(re1, im1, re2, im2, n);
}

/** Averages rows of neighbouring scales, `bytes` of each. Each neighbour is 0 rows (a pointer), 8 weight. */
export function boxcar64(neighbours: usize, count: i32, bytes: usize, out: usize): void {
  const last = neighbours + (<usize> count << 4);
  for (let t: usize = 0; t < bytes; t += 16) {
    let sum = f64x2.splat(0);
    for (let k = neighbours; k < last; k += 16) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(k, 8), v128.load(load<usize>(k) + t)));
    }
    v128.store(out + t, sum);
  }
}

/** |S12|^2 / (S11 S22) of n samples, at most 1; 0 where rounding made a vanishing power zero or negative. */
@inline
function coherence<T>(s11: usize, s22: usize, re: usize, im: usize, n: i32, out: usize): void {
  for (const end = out + <usize> n * sizeof<T>(); out < end; s11 += 16, s22 += 16, re += 16, im += 16, out += 16) {
    const powers = v128.mul<T>(v128.load(s11), v128.load(s22)), c = v128.load(re), d = v128.load(im);
    const value = v128.div<T>(v128.add<T>(v128.mul<T>(c, c), v128.mul<T>(d, d)), powers);
    v128.store(out, v128.and(v128.pmin<T>(value, v128.splat<T>(1)), v128.gt<T>(powers, v128.splat<T>(0))));
  }
}

export function coherence64(s11: usize, s22: usize, re: usize, im: usize, n: i32, out: usize): void {
  coherence<f64>(s11, s22, re, im, n, out);
}

export function coherence32(s11: usize, s22: usize, re: usize, im: usize, n: i32, out: usize): void {
  coherence<f32>(s11, s22, re, im, n, out);
}

/** Arctangents up to that of tan(pi / 8) are q + q^3 P(q^2): minimax, right to 6e-18, and Cephes' (atanf.c), right to 2e-7. */
const ARCTANGENT64: usize = memory.data<f64>([
  -0.3333333333333333016,
  0.19999999999995520678,
  -0.14285714284666542922,
  0.11111111015256361727,
  -0.090909045781239018905,
  0.076921831908260865637,
  -0.066645114473819480001,
  0.058581489128022098816,
  -0.050854497379402598613,
  0.039231658295587191303,
  -0.019176887119062258989,
]);
const ARCTANGENT32: usize = memory.data<f32>([-3.33329491539e-1, 1.99777106478e-1, -1.38776856032e-1, 8.05374449538e-2]);
/** The smallest number above 0, tan(pi / 8), pi / 4, pi / 2, pi, and a sign. */
const ANGLES64: usize = memory.data<f64>([
  5e-324,
  0.41421356237309504880,
  0.78539816339744830962,
  1.57079632679489661923,
  3.14159265358979323846,
  -0.0,
]);
const ANGLES32: usize = memory.data<f32>([
  1.4e-45,
  0.41421356237309504880,
  0.78539816339744830962,
  1.57079632679489661923,
  3.14159265358979323846,
  -0.0,
]);

/** a + b z */
@inline
function line<T>(a: v128, b: v128, z: v128): v128 {
  return v128.add<T>(a, v128.mul<T>(b, z));
}

/** Terms i and i + 1 of P, over z^i. */
@inline
function terms<T>(i: usize, z: v128): v128 {
  const table = sizeof<T>() == 8 ? ARCTANGENT64 : ARCTANGENT32;
  return line<T>(constant<T>(table, i), constant<T>(table, i + 1), z);
}

/** The angle whose tangent is q, at most tan(pi / 8). */
@inline
function arctangent<T>(q: v128): v128 {
  const z = v128.mul<T>(q, q), z2 = v128.mul<T>(z, z);
  let p = line<T>(terms<T>(0, z), terms<T>(2, z), z2);
  if (sizeof<T>() == 8) {
    const z4 = v128.mul<T>(z2, z2), last = constant<T>(ARCTANGENT64, 10);
    const rest = line<T>(line<T>(terms<T>(4, z), terms<T>(6, z), z2), line<T>(terms<T>(8, z), last, z2), z4);
    p = line<T>(p, rest, z4);
  }
  return line<T>(q, v128.mul<T>(q, z), p);
}

/** The angles of complex numbers, in [-pi, pi]. */
@inline
function angles<T>(im: usize, re: usize, n: i32, out: usize): void {
  const table = sizeof<T>() == 8 ? ANGLES64 : ANGLES32;
  for (const end = re + <usize> n * sizeof<T>(); re < end; re += 16, im += 16, out += 16) {
    const x = v128.load(re), y = v128.load(im), ax = v128.abs<T>(x), ay = v128.abs<T>(y);
    // The angle from the nearer axis is at most pi / 4; above pi / 8 it is taken from the diagonal.
    const steep = v128.gt<T>(ay, ax), near = v128.pmin<T>(ax, ay);
    const far = v128.pmax<T>(v128.pmax<T>(ax, ay), constant<T>(table, 0));
    const diagonal = v128.gt<T>(near, v128.mul<T>(far, constant<T>(table, 1)));
    const top = v128.sub<T>(near, v128.and(diagonal, far)), bottom = v128.add<T>(far, v128.and(diagonal, near));
    const angle = v128.add<T>(
      arctangent<T>(v128.div<T>(top, bottom)),
      v128.and(diagonal, constant<T>(table, 2)),
    );
    // Of the four half quadrants of a side two turn back from pi / 2 or pi.
    const behind = v128.lt<T>(x, i64x2.splat(0));
    const axis = v128.bitselect(
      constant<T>(table, 3),
      v128.and(behind, constant<T>(table, 4)),
      steep,
    );
    const back = v128.and(v128.xor(steep, behind), constant<T>(table, 5));
    v128.store(out, v128.or(v128.add<T>(axis, v128.xor(angle, back)), v128.xor(y, ay)));
  }
}

export function angles64(im: usize, re: usize, n: i32, out: usize): void {
  angles<f64>(im, re, n, out);
}

export function angles32(im: usize, re: usize, n: i32, out: usize): void {
  angles<f32>(im, re, n, out);
}
