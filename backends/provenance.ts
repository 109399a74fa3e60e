import { createHash } from "node:crypto";
import type { Entropy } from "../random/mod.ts";
import project from "../deno.json" with { type: "json" };
import { encode } from "./codec.ts";

/** Where a result comes from: enough to compute it again. */
export interface Provenance {
  /** Master seed, also when it was drawn. */
  readonly seed: Entropy;
  /** The backend and its configuration. */
  readonly backend: {
    readonly name: string;
    readonly config: Readonly<Record<string, unknown>>;
    /** What it computed on, where the backend's name does not say it: the graphics card. */
    readonly device?: string;
  };
  /** Versions of the software. */
  readonly versions: { readonly morlet: string; readonly deno: string };
  /** SHA-256 over all that decides the numbers: task, arguments, number of simulations, seed. */
  readonly planHash: string;
  /** When the work started, as ISO 8601 in UTC. */
  readonly started: string;
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** Morlet's version. */
export const VERSION: string = project.version;

/** Versions of the software that computes. */
export function versions(): Provenance["versions"] {
  return { morlet: VERSION, deno: Deno.version.deno };
}

/** A SHA-256 in hexadecimal over anything that the codec can carry, the same for the same content. */
export function contentHash(content: unknown): string {
  return createHash("sha256").update(encode(content)).digest("hex");
}

/** A master seed for callers who gave none: 53 bits, so that it can be written down as a plain number. */
export function drawSeed(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * 2 ** 32 + low;
}
