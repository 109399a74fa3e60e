/**
 * Fourier transforms: sum of x[t] exp(+2 pi i k t / N) by decimation in frequency, in place, digits reversed.
 *
 * A plan: 0 length, 4 number of stages, then for each stage 0 radix, 4 block length, 8 twiddles (a pointer). Twiddles of a stage: for
 * each j < block / radix, exp(2 pi i j q / block) for q = 1 .. radix - 1, real then imaginary part.
 */
import { constant, POINT, put, twist } from "./point.as";

export const STAGE: usize = 12;
/** Blocks that a core's first cache holds are finished before the next is begun. */
const CACHED: i32 = 1024;

/** Half and sine of a third of a turn; cosines and sines of one and two fifths. */
const CONSTANTS64: usize = memory.data<f64>([
  0.5,
  0.86602540378443864676,
  0.30901699437494742410,
  -0.80901699437494742410,
  0.95105651629515357212,
  0.58778525229247312917,
]);
const CONSTANTS32: usize = memory.data<f32>([
  0.5,
  0.86602540378443864676,
  0.30901699437494742410,
  -0.80901699437494742410,
  0.95105651629515357212,
  0.58778525229247312917,
]);

/** The last stage: blocks of four, which are not turned. */
function last4<T>(data: usize, total: i32): void {
  for (let p = data, end = data + (<usize> total << 5); p < end; p += 4 * POINT) {
    const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(p, 32), bi = v128.load(p, 48);
    const cr = v128.load(p, 64), ci = v128.load(p, 80), dr = v128.load(p, 96), di = v128.load(p, 112);
    const t0r = v128.add<T>(ar, cr), t0i = v128.add<T>(ai, ci), t1r = v128.sub<T>(ar, cr), t1i = v128.sub<T>(ai, ci);
    const t2r = v128.add<T>(br, dr), t2i = v128.add<T>(bi, di), t3r = v128.sub<T>(br, dr), t3i = v128.sub<T>(bi, di);
    put(p, v128.add<T>(t0r, t2r), v128.add<T>(t0i, t2i));
    put(p + 32, v128.sub<T>(t1r, t3i), v128.add<T>(t1i, t3r));
    put(p + 64, v128.sub<T>(t0r, t2r), v128.sub<T>(t0i, t2i));
    put(p + 96, v128.add<T>(t1r, t3i), v128.sub<T>(t1i, t3r));
  }
}

function stage4<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block >> 2, q = <usize> m << 5, end = data + (<usize> total << 5), jump = 3 * q;
  if (m == 1) {
    last4<T>(data, total);
    return;
  }
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 6 * sizeof<T>()) {
      const b = p + q, c = b + q, d = c + q;
      const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(b), bi = v128.load(b, 16);
      const cr = v128.load(c), ci = v128.load(c, 16), dr = v128.load(d), di = v128.load(d, 16);
      const t0r = v128.add<T>(ar, cr), t0i = v128.add<T>(ai, ci), t1r = v128.sub<T>(ar, cr), t1i = v128.sub<T>(ai, ci);
      const t2r = v128.add<T>(br, dr), t2i = v128.add<T>(bi, di), t3r = v128.sub<T>(br, dr), t3i = v128.sub<T>(bi, di);
      put(p, v128.add<T>(t0r, t2r), v128.add<T>(t0i, t2i));
      twist<T>(b, w, v128.sub<T>(t1r, t3i), v128.add<T>(t1i, t3r));
      twist<T>(c, w + 2 * sizeof<T>(), v128.sub<T>(t0r, t2r), v128.sub<T>(t0i, t2i));
      twist<T>(d, w + 4 * sizeof<T>(), v128.add<T>(t1r, t3i), v128.sub<T>(t1i, t3r));
    }
    p += jump;
  }
}

function stage2<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block >> 1, q = <usize> m << 5, end = data + (<usize> total << 5);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 2 * sizeof<T>()) {
      const b = p + q;
      const ar = v128.load(p), ai = v128.load(p, 16), br = v128.load(b), bi = v128.load(b, 16);
      put(p, v128.add<T>(ar, br), v128.add<T>(ai, bi));
      if (m == 1) put(b, v128.sub<T>(ar, br), v128.sub<T>(ai, bi));
      else twist<T>(b, w, v128.sub<T>(ar, br), v128.sub<T>(ai, bi));
    }
    p += q;
  }
}

function stage3<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block / 3, q = <usize> m << 5, end = data + (<usize> total << 5);
  const table = sizeof<T>() == 8 ? CONSTANTS64 : CONSTANTS32, h = constant<T>(table, 0), k = constant<T>(table, 1);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 4 * sizeof<T>()) {
      const b = p + q, c = b + q;
      const ar = v128.load(p), ai = v128.load(p, 16);
      const br = v128.load(b), bi = v128.load(b, 16), cr = v128.load(c), ci = v128.load(c, 16);
      const sr = v128.add<T>(br, cr), si = v128.add<T>(bi, ci);
      const dr = v128.mul<T>(k, v128.sub<T>(br, cr)), di = v128.mul<T>(k, v128.sub<T>(bi, ci));
      const er = v128.sub<T>(ar, v128.mul<T>(h, sr)), ei = v128.sub<T>(ai, v128.mul<T>(h, si));
      put(p, v128.add<T>(ar, sr), v128.add<T>(ai, si));
      if (m == 1) {
        put(b, v128.sub<T>(er, di), v128.add<T>(ei, dr));
        put(c, v128.add<T>(er, di), v128.sub<T>(ei, dr));
      } else {
        twist<T>(b, w, v128.sub<T>(er, di), v128.add<T>(ei, dr));
        twist<T>(c, w + 2 * sizeof<T>(), v128.add<T>(er, di), v128.sub<T>(ei, dr));
      }
    }
    p += 2 * q;
  }
}

function stage5<T>(data: usize, total: i32, block: i32, twiddles: usize): void {
  const m = block / 5, q = <usize> m << 5, end = data + (<usize> total << 5);
  const table = sizeof<T>() == 8 ? CONSTANTS64 : CONSTANTS32;
  const c1 = constant<T>(table, 2), c2 = constant<T>(table, 3), s1 = constant<T>(table, 4), s2 = constant<T>(table, 5);
  let p = data;
  while (p < end) {
    const stop = p + q;
    for (let w = twiddles; p < stop; p += POINT, w += 8 * sizeof<T>()) {
      const b = p + q, c = b + q, d = c + q, e = d + q;
      const ar = v128.load(p), ai = v128.load(p, 16);
      let xr = v128.load(b), xi = v128.load(b, 16), yr = v128.load(e), yi = v128.load(e, 16);
      const p1r = v128.add<T>(xr, yr), p1i = v128.add<T>(xi, yi), m1r = v128.sub<T>(xr, yr), m1i = v128.sub<T>(xi, yi);
      xr = v128.load(c), xi = v128.load(c, 16), yr = v128.load(d), yi = v128.load(d, 16);
      const p2r = v128.add<T>(xr, yr), p2i = v128.add<T>(xi, yi), m2r = v128.sub<T>(xr, yr), m2i = v128.sub<T>(xi, yi);
      put(p, v128.add<T>(ar, v128.add<T>(p1r, p2r)), v128.add<T>(ai, v128.add<T>(p1i, p2i)));
      const u1r = v128.add<T>(ar, v128.add<T>(v128.mul<T>(c1, p1r), v128.mul<T>(c2, p2r)));
      const u1i = v128.add<T>(ai, v128.add<T>(v128.mul<T>(c1, p1i), v128.mul<T>(c2, p2i)));
      const v1r = v128.add<T>(v128.mul<T>(s1, m1r), v128.mul<T>(s2, m2r));
      const v1i = v128.add<T>(v128.mul<T>(s1, m1i), v128.mul<T>(s2, m2i));
      const u2r = v128.add<T>(ar, v128.add<T>(v128.mul<T>(c2, p1r), v128.mul<T>(c1, p2r)));
      const u2i = v128.add<T>(ai, v128.add<T>(v128.mul<T>(c2, p1i), v128.mul<T>(c1, p2i)));
      const v2r = v128.sub<T>(v128.mul<T>(s2, m1r), v128.mul<T>(s1, m2r));
      const v2i = v128.sub<T>(v128.mul<T>(s2, m1i), v128.mul<T>(s1, m2i));
      if (m == 1) {
        put(b, v128.sub<T>(u1r, v1i), v128.add<T>(u1i, v1r));
        put(c, v128.sub<T>(u2r, v2i), v128.add<T>(u2i, v2r));
        put(d, v128.add<T>(u2r, v2i), v128.sub<T>(u2i, v2r));
        put(e, v128.add<T>(u1r, v1i), v128.sub<T>(u1i, v1r));
      } else {
        twist<T>(b, w, v128.sub<T>(u1r, v1i), v128.add<T>(u1i, v1r));
        twist<T>(c, w + 2 * sizeof<T>(), v128.sub<T>(u2r, v2i), v128.add<T>(u2i, v2r));
        twist<T>(d, w + 4 * sizeof<T>(), v128.add<T>(u2r, v2i), v128.sub<T>(u2i, v2r));
        twist<T>(e, w + 6 * sizeof<T>(), v128.add<T>(u1r, v1i), v128.sub<T>(u1i, v1r));
      }
    }
    p += 4 * q;
  }
}

function stage<T>(data: usize, total: i32, description: usize): void {
  const radix = load<i32>(description), block = load<i32>(description, 4), twiddles = load<usize>(description, 8);
  if (radix == 4) stage4<T>(data, total, block, twiddles);
  else if (radix == 3) stage3<T>(data, total, block, twiddles);
  else if (radix == 5) stage5<T>(data, total, block, twiddles);
  else stage2<T>(data, total, block, twiddles);
}

/** The stages from `description` on, of `length` points that are blocks of that stage. */
export function stages<T>(data: usize, length: i32, description: usize, end: usize): void {
  if (description == end) return;
  const block = load<i32>(description, 4), size = <usize> block << 5;
  for (const last = data + (<usize> length << 5); data < last; data += size) {
    if (block <= CACHED) {
      for (let d = description; d < end; d += STAGE) stage<T>(data, block, d);
    } else {
      stage<T>(data, block, description);
      stages<T>(data, block, description + STAGE, end);
    }
  }
}

@inline
export function transform<T>(plan: usize, data: usize): void {
  stages<T>(data, load<i32>(plan), plan + 8, plan + 8 + STAGE * load<usize>(plan, 4));
}

/** Transforms the plan's length of points in place, from natural order to reversed digits. */
export function transform64(plan: usize, data: usize): void {
  transform<f64>(plan, data);
}

/** As transform64, in float32. */
export function transform32(plan: usize, data: usize): void {
  transform<f32>(plan, data);
}

/** Writes transformed points in natural order. */
export function sort64(points: usize, order: usize, n: i32, out: usize): void {
  for (const end = order + (<usize> n << 2); order < end; order += 4, out += POINT) {
    const p = points + load<u32>(order);
    put(out, v128.load(p), v128.load(p, 16));
  }
}
