import { put } from "../../wavelet/spectral/point.as";
import { f32s } from "./lanes.as";

/** Samples whose words are drawn at once. */
const BLOCK: i32 = 128;

@inline
function rotate(x: v128, left: i32): v128 {
  return v128.or(i32x4.shl(x, left), i32x4.shr_u(x, 32 - left));
}

/** The bits of the natural logarithm of (w + 1) / 2^32, relatively accurate also where that is near 1. */
@inline
function logUniform(w: v128): v128 {
  // Above sqrt(1/2): ln(1 + f) with f = -(2^32 - 1 - w) / 2^32. Below: the exponent is split off.
  const near = i32x4.lt_s(v128.xor(w, i32x4.splat(<i32> 0x80000000)), i32x4.splat(0x3504f333)); // w < 0xb504f333, unsigned
  const direct = f32x4.mul(f32x4.convert_i32x4_u(v128.not(w)), f32s(-2.3283064365386963e-10));
  const bits = f32x4.convert_i32x4_u(i32x4.add(w, i32x4.splat(1)));
  const exponent = i32x4.shr_s(i32x4.sub(bits, i32x4.splat(0x3f3504f3)), 23);
  const mantissa = i32x4.sub(bits, i32x4.shl(exponent, 23));
  const f = v128.bitselect(f32x4.sub(mantissa, f32s(1)), direct, near);
  const k = f32x4.convert_i32x4_s(v128.and(i32x4.sub(exponent, i32x4.splat(32)), near));
  // FDLIBM's e_logf.c.
  const s = f32x4.div(f, f32x4.add(f, f32s(2)));
  const z = f32x4.mul(s, s);
  const v = f32x4.mul(z, z);
  const t1 = f32x4.mul(v, f32x4.add(f32s(0.40000972152), f32x4.mul(v, f32s(0.24279078841))));
  const t2 = f32x4.mul(z, f32x4.add(f32s(0.66666662693), f32x4.mul(v, f32s(0.28498786688))));
  const half = f32x4.mul(f32s(0.5), f32x4.mul(f, f));
  const rest = f32x4.add(f32x4.mul(s, f32x4.add(half, f32x4.add(t1, t2))), f32x4.mul(k, f32s(9.0580006145e-6)));
  return f32x4.add(f32x4.mul(k, f32s(0.69313812256)), f32x4.sub(f, f32x4.sub(half, rest)));
}

/**
 * Threefry-2x32-20 at (key, (t, 0)), the two words of four keys a sample. Two samples at once keep the core busy; the
 * second of an odd last pair is dropped.
 */
function words(p: usize, t: i32, size: i32, keys: usize): void {
  const k0 = v128.load(keys), k1 = v128.load(keys, 16);
  const k2 = v128.xor(v128.xor(k0, k1), i32x4.splat(0x1bd11bda));
  const k21 = i32x4.add(k2, i32x4.splat(1)), k02 = i32x4.add(k0, i32x4.splat(2));
  const k13 = i32x4.add(k1, i32x4.splat(3)), k24 = i32x4.add(k2, i32x4.splat(4)), k05 = i32x4.add(k0, i32x4.splat(5));
  for (const end = p + (<usize> size << 5); p < end; p += 64, t += 2) {
    let a = i32x4.add(k0, i32x4.splat(t)), b = k1, c = i32x4.add(k0, i32x4.splat(t + 1)), d = k1;
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 13), a), d = v128.xor(rotate(d, 13), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 15), a), d = v128.xor(rotate(d, 15), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 26), a), d = v128.xor(rotate(d, 26), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 6), a), d = v128.xor(rotate(d, 6), c);
    a = i32x4.add(a, k1), b = i32x4.add(b, k21), c = i32x4.add(c, k1), d = i32x4.add(d, k21);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 17), a), d = v128.xor(rotate(d, 17), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 29), a), d = v128.xor(rotate(d, 29), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 16), a), d = v128.xor(rotate(d, 16), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 24), a), d = v128.xor(rotate(d, 24), c);
    a = i32x4.add(a, k2), b = i32x4.add(b, k02), c = i32x4.add(c, k2), d = i32x4.add(d, k02);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 13), a), d = v128.xor(rotate(d, 13), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 15), a), d = v128.xor(rotate(d, 15), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 26), a), d = v128.xor(rotate(d, 26), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 6), a), d = v128.xor(rotate(d, 6), c);
    a = i32x4.add(a, k0), b = i32x4.add(b, k13), c = i32x4.add(c, k0), d = i32x4.add(d, k13);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 17), a), d = v128.xor(rotate(d, 17), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 29), a), d = v128.xor(rotate(d, 29), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 16), a), d = v128.xor(rotate(d, 16), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 24), a), d = v128.xor(rotate(d, 24), c);
    a = i32x4.add(a, k1), b = i32x4.add(b, k24), c = i32x4.add(c, k1), d = i32x4.add(d, k24);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 13), a), d = v128.xor(rotate(d, 13), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 15), a), d = v128.xor(rotate(d, 15), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 26), a), d = v128.xor(rotate(d, 26), c);
    a = i32x4.add(a, b), c = i32x4.add(c, d);
    b = v128.xor(rotate(b, 6), a), d = v128.xor(rotate(d, 6), c);
    a = i32x4.add(a, k2), b = i32x4.add(b, k05), c = i32x4.add(c, k2), d = i32x4.add(d, k05);
    put(p, a, b);
    if (p + 32 < end) put(p + 32, c, d);
  }
}

/**
 * The two series of four surrogates: Threefry-2x32-20 at (key, (t, 0)), Box-Muller, AR(1) from a stationary start, mean
 * removed. keys: four first words, then four second words. out: n points, the first series as real part.
 */
export function noise(out: usize, n: i32, keys: usize, g1: f32, g2: f32, start1: f32, start2: f32): void {
  const G1 = f32s(g1), G2 = f32s(g2);
  let y1 = f32s(0), y2 = f32s(0), total1 = f32s(0), total2 = f32s(0);
  let a1 = f32s(start1), a2 = f32s(start2);
  let p = out;
  for (let t: i32 = 0; t < n; t += BLOCK) {
    const size = min(n - t, BLOCK), end = p + (<usize> size << 5);
    words(p, t, size, keys);
    // Sums of a block are summed, so that the mean of a long record loses nothing.
    let sum1 = f32s(0), sum2 = f32s(0);
    for (; p < end; p += 32) {
      const radius = f32x4.sqrt(f32x4.mul(f32s(-2), logUniform(v128.load(p)))), word = v128.load(p, 16);
      // The angle as quarters of a turn and at most an eighth either way; Cephes' polynomials (sinf.c).
      const quarter = i32x4.shr_u(i32x4.add(word, i32x4.splat(0x20000000)), 30);
      const x = f32x4.mul(
        f32x4.convert_i32x4_s(i32x4.sub(word, i32x4.shl(quarter, 30))),
        f32s(1.4629180792671596e-9),
      );
      const z = f32x4.mul(x, x);
      const sine = f32x4.add(
        x,
        f32x4.mul(
          f32x4.mul(x, z),
          f32x4.add(
            f32s(-1.6666654611e-1),
            f32x4.mul(z, f32x4.add(f32s(8.3321608736e-3), f32x4.mul(z, f32s(-1.9515295891e-4)))),
          ),
        ),
      );
      const cosine = f32x4.add(
        f32x4.sub(f32s(1), f32x4.mul(f32s(0.5), z)),
        f32x4.mul(
          f32x4.mul(z, z),
          f32x4.add(
            f32s(4.166664568298827e-2),
            f32x4.mul(z, f32x4.add(f32s(-1.388731625493765e-3), f32x4.mul(z, f32s(2.443315711809948e-5)))),
          ),
        ),
      );
      const odd = i32x4.neg(v128.and(quarter, i32x4.splat(1)));
      const signC = i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), i32x4.splat(2)), 30);
      const signS = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
      const e1 = f32x4.mul(radius, v128.xor(v128.bitselect(sine, cosine, odd), signC));
      const e2 = f32x4.mul(radius, v128.xor(v128.bitselect(cosine, sine, odd), signS));
      y1 = f32x4.add(f32x4.mul(G1, y1), f32x4.mul(a1, e1));
      y2 = f32x4.add(f32x4.mul(G2, y2), f32x4.mul(a2, e2));
      a1 = f32s(1), a2 = f32s(1);
      put(p, y1, y2);
      sum1 = f32x4.add(sum1, y1);
      sum2 = f32x4.add(sum2, y2);
    }
    total1 = f32x4.add(total1, sum1);
    total2 = f32x4.add(total2, sum2);
  }
  const over = f32s(<f32> (1 / <f64> n));
  total1 = f32x4.mul(total1, over);
  total2 = f32x4.mul(total2, over);
  for (p = out; n > 0; --n, p += 32) {
    put(p, f32x4.sub(v128.load(p), total1), f32x4.sub(v128.load(p, 16), total2));
  }
}
