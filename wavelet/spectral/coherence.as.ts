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

/** The angle whose tangent is q, at most tan(pi / 8): right to 4e-16 and to 2e-7 (Cephes' atan.c and atanf.c). */
@inline
function arctangent<T>(q: v128): v128 {
  const z = v128.mul<T>(q, q);
  if (sizeof<T>() == 4) {
    let p = f32x4.sub(f32x4.mul(f32x4.splat(8.05374449538e-2), z), f32x4.splat(1.38776856032e-1));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.99777106478e-1));
    p = f32x4.sub(f32x4.mul(p, z), f32x4.splat(3.33329491539e-1));
    return f32x4.add(f32x4.mul(f32x4.mul(p, z), q), q);
  }
  let p = f64x2.add(f64x2.mul(f64x2.splat(-8.750608600031904122785e-1), z), f64x2.splat(-1.615753718733365076637e1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-7.500855792314704667340e1));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-1.228866684490136173410e2));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-6.485021904942025371773e1));
  let r = f64x2.add(z, f64x2.splat(2.485846490142306297962e1));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(1.650270098316988542046e2));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(4.328810604912902668951e2));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(4.853903996359136964868e2));
  r = f64x2.add(f64x2.mul(r, z), f64x2.splat(1.945506571482613964425e2));
  return f64x2.add(f64x2.mul(f64x2.mul(q, z), f64x2.div(p, r)), q);
}

/** The angles of complex numbers, in [-pi, pi]. */
@inline
function angles<T>(im: usize, re: usize, n: i32, out: usize): void {
  const sign = v128.splat<T>(-0.0);
  for (const end = re + <usize> n * sizeof<T>(); re < end; re += 16, im += 16, out += 16) {
    const x = v128.load(re), y = v128.load(im), ax = v128.abs<T>(x), ay = v128.abs<T>(y);
    // The angle from the nearer axis is at most pi / 4; above pi / 8 it is taken from the diagonal.
    const steep = v128.gt<T>(ay, ax), near = v128.pmin<T>(ax, ay), far = v128.pmax<T>(ax, ay);
    const diagonal = v128.gt<T>(near, v128.mul<T>(far, v128.splat<T>(<T> 0.41421356237309503)));
    const top = v128.bitselect(v128.sub<T>(near, far), near, diagonal);
    const bottom = v128.bitselect(v128.add<T>(near, far), far, diagonal);
    const zero = v128.eq<T>(far, v128.splat<T>(0));
    let angle = arctangent<T>(v128.andnot(v128.div<T>(top, bottom), zero));
    angle = v128.add<T>(angle, v128.and(diagonal, v128.splat<T>(<T> 0.78539816339744830962)));
    angle = v128.bitselect(v128.sub<T>(v128.splat<T>(<T> 1.57079632679489661923), angle), angle, steep);
    const behind = v128.lt<T>(x, v128.splat<T>(0));
    angle = v128.bitselect(v128.sub<T>(v128.splat<T>(<T> 3.14159265358979323846), angle), angle, behind);
    v128.store(out, v128.or(angle, v128.and(y, sign)));
  }
}

export function angles64(im: usize, re: usize, n: i32, out: usize): void {
  angles<f64>(im, re, n, out);
}

export function angles32(im: usize, re: usize, n: i32, out: usize): void {
  angles<f32>(im, re, n, out);
}
