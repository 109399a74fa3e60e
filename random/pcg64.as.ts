/**
 * AssemblyScript: the words of PCG64, which NumPy's `default_rng` draws from (setseq 128, output XSL-RR 64; Melissa O'Neill,
 * "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms", HMC-CS-2014-0905).
 *
 * The caller's numbers lie in memory, 64-bit words in little-endian order:
 *   0 state, low half    8 state, high half    16 increment, low half    24 increment, high half    32 the words drawn
 */
const MULTIPLIER_LOW: u64 = 4865540595714422341;
const MULTIPLIER_HIGH: u64 = 2549297995355413924;
const WORDS: usize = 32;

/** The upper half of a 64 by 64 bit product with the multiplier's lower half. */
function multiplyHigh(a: u64): u64 {
  const a0 = a & 0xffffffff, a1 = a >> 32;
  const b0 = MULTIPLIER_LOW & 0xffffffff, b1 = MULTIPLIER_LOW >> 32;
  const t = a1 * b0 + (a0 * b0 >> 32);
  return a1 * b1 + (t >> 32) + ((t & 0xffffffff) + a0 * b1 >> 32);
}

/** Draws `count` words. */
export function draw(count: i32): void {
  let low = load<u64>(0), high = load<u64>(8);
  const incrementLow = load<u64>(16), incrementHigh = load<u64>(24);
  for (let to = WORDS, end = WORDS + (<usize> count << 3); to < end; to += 8) {
    const product = low * MULTIPLIER_LOW;
    high = multiplyHigh(low) + high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH + incrementHigh;
    low = product + incrementLow;
    if (low < product) high++;
    store<u64>(to, rotr(high ^ low, high >> 58));
  }
  store<u64>(0, low);
  store<u64>(8, high);
}

/**
 * Seeds: the place of the words holds four 64-bit words, the start's high and low half and the stream's high and low half,
 * in NumPy's order.
 */
export function seed(): void {
  const startHigh = load<u64>(WORDS), startLow = load<u64>(WORDS, 8);
  const streamHigh = load<u64>(WORDS, 16), streamLow = load<u64>(WORDS, 24);
  const incrementLow = streamLow << 1 | 1;
  const incrementHigh = streamHigh << 1 | streamLow >> 63;
  store<u64>(16, incrementLow);
  store<u64>(24, incrementHigh);
  // One step from state zero gives the increment; the start is added and a second step taken.
  const low = incrementLow + startLow;
  store<u64>(0, low);
  store<u64>(8, incrementHigh + startHigh + u64(low < startLow));
  draw(1);
}
