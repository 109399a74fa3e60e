// The draws of the counter-based generator, as random/*.ts have them: integers are identical, numbers in single precision.
// `key` is a simulation's pair of words. Draws of one index from one key depend on each other, whatever their kind.

/// Threefry-2x32 with 20 rounds.
fn threefry2x32(key: vec2u, counter: vec2u) -> vec2u {
  let key2 = 0x1bd11bdau ^ key.x ^ key.y;
  var x = counter + key;
  x = threefry_rounds(x, vec4u(13u, 15u, 26u, 6u)) + vec2u(key.y, key2 + 1u);
  x = threefry_rounds(x, vec4u(17u, 29u, 16u, 24u)) + vec2u(key2, key.x + 2u);
  x = threefry_rounds(x, vec4u(13u, 15u, 26u, 6u)) + vec2u(key.x, key.y + 3u);
  x = threefry_rounds(x, vec4u(17u, 29u, 16u, 24u)) + vec2u(key.y, key2 + 4u);
  return threefry_rounds(x, vec4u(13u, 15u, 26u, 6u)) + vec2u(key2, key.x + 5u);
}

fn threefry_rounds(start: vec2u, turn: vec4u) -> vec2u {
  var a = start.x;
  var b = start.y;
  a += b; b = ((b << turn.x) | (b >> (32u - turn.x))) ^ a;
  a += b; b = ((b << turn.y) | (b >> (32u - turn.y))) ^ a;
  a += b; b = ((b << turn.z) | (b >> (32u - turn.z))) ^ a;
  a += b; b = ((b << turn.w) | (b >> (32u - turn.w))) ^ a;
  return vec2u(a, b);
}

/// Word number `index` of the stream of 32-bit words: `CounterGenerator.uint32`.
fn random_uint32(key: vec2u, index: u32) -> u32 {
  return threefry2x32(key, vec2u(index >> 1u, 0u))[index & 1u];
}

/// A whole number from 0 to n - 1 from word number `index`: `CounterGenerator.integer`.
fn random_integer(key: vec2u, index: u32, n: u32) -> u32 {
  // The upper word of the product.
  let word = random_uint32(key, index);
  let low = (word & 0xffffu) * (n & 0xffffu);
  let middle = (word >> 16u) * (n & 0xffffu) + (low >> 16u);
  let other = (word & 0xffffu) * (n >> 16u) + (middle & 0xffffu);
  return (word >> 16u) * (n >> 16u) + (middle >> 16u) + (other >> 16u);
}

/// A number in [0, 1), a multiple of 2^-24, from block number `index`: `CounterGenerator.uniform` cut off to 24 bits.
fn random_uniform(key: vec2u, index: u32) -> f32 {
  return f32(threefry2x32(key, vec2u(index, 0u)).x >> 8u) * 0x1p-24f;
}

/// A standard normal from block number `index`: `CounterGenerator.normal`.
fn random_normal(key: vec2u, index: u32) -> f32 {
  return random_normals(key, index).x;
}

/// Two independent standard normals from block number `index`: what `surrogateNormals` gives the two series at that time.
fn random_normals(key: vec2u, index: u32) -> vec2f {
  return block_normals(threefry2x32(key, vec2u(index, 0u)));
}

/// Box & Muller (1958) for the two words of a block.
fn block_normals(block: vec2u) -> vec2f {
  return sqrt(-2.0 * log_of_word(block.x)) * turn_of_word(block.y);
}

/// ln((word + 1) / 2^32), never above 0. The built-in log is only good to 2^-21 near 1, which the smallest normals would show.
fn log_of_word(word: u32) -> f32 {
  if (word == 0xffffffffu) { return 0.0; }
  // (word + 1) / 2^32 = 2^exponent (1 + x), with x taken from whole numbers and 1 + x in [sqrt(1/2), sqrt(2)).
  let shift = countLeadingZeros(word + 1u);
  let mantissa = (word + 1u) << shift;
  let lower = mantissa < 0xb504f334u;
  let exponent = -f32(shift + u32(lower));
  let x = select(-f32(~mantissa + 1u) * 0x1p-32f, f32(mantissa - 0x80000000u) * 0x1p-31f, lower);
  // Cephes' logf.
  var p = 7.0376836292e-2f;
  p = p * x - 1.1514610310e-1f;
  p = p * x + 1.1676998740e-1f;
  p = p * x - 1.2420140846e-1f;
  p = p * x + 1.4249322787e-1f;
  p = p * x - 1.6668057665e-1f;
  p = p * x + 2.0000714765e-1f;
  p = p * x - 2.4999993993e-1f;
  p = p * x + 3.3333331174e-1f;
  let z = x * x;
  return min(x + (p * x * z - 2.12194440e-4f * exponent - 0.5f * z) + 0.693359375f * exponent, 0.0);
}

/// Cosine and sine of word / 2^32 of a turn.
fn turn_of_word(word: u32) -> vec2f {
  // The nearest quarter, and what is left, within an eighth of a turn either way, from whole numbers.
  let quarter = (word + 0x20000000u) >> 30u;
  let x = f32(bitcast<i32>(word - (quarter << 30u))) * 1.4629180792671596e-9f;
  let z = x * x;
  // Cephes' sinf and cosf.
  let sine = ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * x + x;
  let cosine = ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f) * z * z - 0.5f * z + 1.0f;
  let even = select(vec2f(-sine, cosine), vec2f(cosine, sine), (quarter & 1u) == 0u);
  return select(even, -even, (quarter & 2u) != 0u);
}
