// Butterflies of Fourier transforms in a workgroup's memory, sum of x[t] exp(+2 pi i k t / N), by decimation in frequency.

var<workgroup> points: array<vec4f, CAPACITY>;

/// Transforms the `radix` points from `at` on that lie `step` apart; result q is turned by w^q.
fn butterfly(radix: u32, at: u32, step: u32, w: vec2f) {
  if (radix == 8u) {
    butterfly8(at, step, w);
    return;
  }
  let a = points[at];
  let b = points[at + step];
  if (radix == 2u) {
    points[at] = a + b;
    points[at + step] = times(a - b, w);
    return;
  }
  let w2 = square(w);
  let c = points[at + 2u * step];
  if (radix == 3u) {
    let sum = b + c;
    let difference = 0.86602540378443864676 * quarter_turn(b - c);
    let middle = a - 0.5 * sum;
    points[at] = a + sum;
    points[at + step] = times(middle + difference, w);
    points[at + 2u * step] = times(middle - difference, w2);
    return;
  }
  let w3 = times(vec4f(w2, 0.0, 0.0), w).xy;
  let d = points[at + 3u * step];
  if (radix == 4u) {
    let t0 = a + c;
    let t1 = a - c;
    let t2 = b + d;
    let t3 = quarter_turn(b - d);
    points[at] = t0 + t2;
    points[at + step] = times(t1 + t3, w);
    points[at + 2u * step] = times(t0 - t2, w2);
    points[at + 3u * step] = times(t1 - t3, w3);
    return;
  }
  let e = points[at + 4u * step];
  let sum1 = b + e;
  let sum2 = c + d;
  let difference1 = quarter_turn(b - e);
  let difference2 = quarter_turn(c - d);
  let even1 = a + 0.30901699437494742410 * sum1 - 0.80901699437494742410 * sum2;
  let even2 = a - 0.80901699437494742410 * sum1 + 0.30901699437494742410 * sum2;
  let odd1 = 0.95105651629515357212 * difference1 + 0.58778525229247312917 * difference2;
  let odd2 = 0.58778525229247312917 * difference1 - 0.95105651629515357212 * difference2;
  points[at] = a + sum1 + sum2;
  points[at + step] = times(even1 + odd1, w);
  points[at + 2u * step] = times(even2 + odd2, w2);
  points[at + 3u * step] = times(even2 - odd2, w3);
  points[at + 4u * step] = times(even1 - odd1, square(w2));
}

/// Two of radix 4: even results from sums, odd ones from differences of points half a turn apart.
fn butterfly8(at: u32, step: u32, w: vec2f) {
  let a = points[at];
  let b = points[at + step];
  let c = points[at + 2u * step];
  let d = points[at + 3u * step];
  let e = points[at + 4u * step];
  let f = points[at + 5u * step];
  let g = points[at + 6u * step];
  let h = points[at + 7u * step];
  let w2 = square(w);
  let w4 = square(w2);
  let w6 = times(vec4f(w4, 0.0, 0.0), w2).xy;
  let odd1 = times(b - f, vec2f(0.70710678118654752440, 0.70710678118654752440));
  let odd3 = times(d - h, vec2f(-0.70710678118654752440, 0.70710678118654752440));
  let t0 = a + e + c + g;
  let t1 = a + e - (c + g);
  let t2 = b + f + d + h;
  let t3 = quarter_turn(b + f - (d + h));
  points[at] = t0 + t2;
  points[at + 2u * step] = times(t1 + t3, w2);
  points[at + 4u * step] = times(t0 - t2, w4);
  points[at + 6u * step] = times(t1 - t3, w6);
  let cg = quarter_turn(c - g);
  let s0 = a - e + cg;
  let s1 = a - e - cg;
  let s2 = odd1 + odd3;
  let s3 = quarter_turn(odd1 - odd3);
  points[at + step] = times(s0 + s2, w);
  points[at + 3u * step] = times(s1 + s3, times(vec4f(w2, 0.0, 0.0), w).xy);
  points[at + 5u * step] = times(s0 - s2, times(vec4f(w4, 0.0, 0.0), w).xy);
  points[at + 7u * step] = times(s1 - s3, times(vec4f(w6, 0.0, 0.0), w).xy);
}

/// Both complex numbers of a point times w.
fn times(point: vec4f, w: vec2f) -> vec4f {
  return point * w.x + point.yxwz * vec4f(-w.y, w.y, -w.y, w.y);
}

/// Both times i.
fn quarter_turn(point: vec4f) -> vec4f {
  return vec4f(-point.y, point.x, -point.w, point.z);
}

fn square(w: vec2f) -> vec2f {
  return vec2f(w.x * w.x - w.y * w.y, 2.0 * w.x * w.y);
}
