/**
 * Draws: NumPy's seeds and generator bit for bit, and a counter-based generator for the noise of simulations.
 *
 * @module
 */
export { CounterGenerator } from "./counter_generator.ts";
export { cosTurn, exp, log, sinTurn } from "./elementary.ts";
export { defaultRng, Generator, type MutableArrayLike } from "./generator.ts";
export type { ChoiceOptions } from "./choice.ts";
export * from "./invalid_argument.ts";
export { type Entropy, requireSeed, SeedSequence, type SeedSequenceOptions } from "./seed_sequence.ts";
export { simulationKey, SimulationKeys } from "./simulation_key.ts";
export { randomWgsl } from "./random_wgsl.ts";
export { surrogateNormals } from "./surrogate_normals.ts";
export { threefry2x32 } from "./threefry.ts";
export { unitCircle } from "./unit_circle.ts";
