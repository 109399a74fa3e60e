/**
 * Fourier transforms of four series, one in each lane, as wavelet/spectral/fourier.as.ts makes them. A plan: 0 length, 4 number of
 * stages, 8 byte offset of each result by frequency (a pointer), then the stages. The first stage has radix 4 and is done by whoever
 * fills the buffer.
 */
import { STAGE, stages } from "../../wavelet/spectral/fourier.as";
import { twist } from "../../wavelet/spectral/point.as";

export const FIRST: usize = 12;

/** The 4 outputs of a radix-4 butterfly with their twiddles, written at p, p + q, p + 2 q, p + 3 q. */
@inline
export function butterfly4(
  p: usize,
  q: usize,
  w: usize,
  ar: v128,
  ai: v128,
  br: v128,
  bi: v128,
  cr: v128,
  ci: v128,
  dr: v128,
  di: v128,
): void {
  const t0r = f32x4.add(ar, cr), t0i = f32x4.add(ai, ci), t1r = f32x4.sub(ar, cr), t1i = f32x4.sub(ai, ci);
  const t2r = f32x4.add(br, dr), t2i = f32x4.add(bi, di), t3r = f32x4.sub(br, dr), t3i = f32x4.sub(bi, di);
  v128.store(p, f32x4.add(t0r, t2r));
  v128.store(p, f32x4.add(t0i, t2i), 16);
  twist<f32>(p + q, w, f32x4.sub(t1r, t3i), f32x4.add(t1i, t3r));
  twist<f32>(p + 2 * q, w + 8, f32x4.sub(t0r, t2r), f32x4.sub(t0i, t2i));
  twist<f32>(p + 3 * q, w + 16, f32x4.add(t1r, t3i), f32x4.sub(t1i, t3r));
}

/** All stages but the first. */
@inline
export function finish(data: usize, plan: usize): void {
  const first = plan + FIRST;
  stages<f32>(data, load<i32>(plan), first + STAGE, first + STAGE * load<usize>(plan, 4));
}

/** Zeros: the first page of memory holds nothing. */
export const ZEROS: usize = 64;

/** The transform, from natural order in `from`, where there are only zeros from `limit` on, to reversed digits in `to`. */
export function transform(plan: usize, from: usize, limit: usize, to: usize): void {
  const m = load<i32>(plan) >> 2, q = <usize> m << 5, start = to;
  let w = load<usize>(plan + FIRST, 8);
  for (const end = to + q; to < end; to += 32, from += 32, w += 24) {
    const a = from < limit ? from : ZEROS, b = from + q < limit ? from + q : ZEROS;
    const c = from + 2 * q < limit ? from + 2 * q : ZEROS, d = from + 3 * q < limit ? from + 3 * q : ZEROS;
    butterfly4(
      to,
      q,
      w,
      v128.load(a),
      v128.load(a, 16),
      v128.load(b),
      v128.load(b, 16),
      v128.load(c),
      v128.load(c, 16),
      v128.load(d),
      v128.load(d, 16),
    );
  }
  finish(start, plan);
}
