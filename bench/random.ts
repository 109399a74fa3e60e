/** How fast draws are made on one thread: `deno run bench/random.ts`. */
import { CounterGenerator, defaultRng, SimulationKeys, surrogateNormals, threefry2x32 } from "@morlet/morlet/random";

const COUNT = 20_000_000;
/** Everything drawn is added up, so that nothing can be left out. */
let sink = 0;

const block = new Uint32Array(2);
const key = new Uint32Array(2);
const keys = new SimulationKeys(42);
const [first, second] = [new Float64Array(4096), new Float64Array(4096)];
const rng = defaultRng(42);

measure("Threefry-2x32-20, 32-bit words", "words", COUNT, () => {
  for (let i = 0; i < COUNT / 2; i++) {
    threefry2x32(1, 2, i, 0, block);
    sink += block[0] ^ block[1];
  }
});
measure("surrogateNormals", "normals", COUNT, () => {
  for (let done = 0; done < COUNT; done += 2 * first.length) {
    surrogateNormals(keys.key(done, key), first, second);
    sink += first[7] + second[7];
  }
});
measure("CounterGenerator.normal", "normals", COUNT / 4, () => {
  const noise = CounterGenerator.ofSimulation(42, 0);
  for (let i = 0; i < COUNT / 4; i++) sink += noise.normal(i);
});
measure("SimulationKeys.key", "keys", COUNT / 4, () => {
  for (let i = 0; i < COUNT / 4; i++) sink += keys.key(i, key)[0];
});
measure("Generator.standardNormal, one by one", "normals", COUNT, () => {
  for (let i = 0; i < COUNT; i++) sink += rng.standardNormal();
});
measure("Generator.standardNormal, 4096 at once", "normals", COUNT, () => {
  for (let done = 0; done < COUNT; done += 4096) sink += rng.standardNormal(4096)[7];
});
measure("Generator.random, one by one", "uniforms", COUNT, () => {
  for (let i = 0; i < COUNT; i++) sink += rng.random();
});
measure("Generator.integers(0, 1000)", "integers", COUNT, () => {
  for (let i = 0; i < COUNT; i++) sink += rng.integers(0, 1000);
});
measure("Generator.exponential", "exponentials", COUNT, () => {
  for (let i = 0; i < COUNT; i++) sink += rng.exponential();
});
measure("defaultRng(seed).standardNormal()", "generators", COUNT / 20, () => {
  for (let i = 0; i < COUNT / 20; i++) sink += defaultRng(keys.key(i, key)[0]).standardNormal();
});
if (Number.isNaN(sink)) throw new Error("A draw was not a number");

/** Prints the best rate of three runs, after one that lets the engine compile. */
function measure(name: string, unit: string, count: number, run: () => void): void {
  run();
  let best = Infinity;
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  const rate = (count / best / 1000).toFixed(1);
  const each = (best * 1e6 / count).toFixed(1);
  console.log(`${name.padEnd(42)} ${rate.padStart(7)} million ${unit}/s  ${each.padStart(7)} ns each`);
}
