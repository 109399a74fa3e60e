/** The module's address, and that of its neighbour. */
export function address(): string[] {
  return [import.meta.url, import.meta.resolve("./simulations.ts")];
}
