import type { Provenance } from "../backends/mod.ts";
import type { Entropy } from "../random/mod.ts";
import type { Model } from "./model.ts";

/** What a workspace's `settings.json` says: all that decides the results. Secrets are masked. */
export interface Settings {
  /** The run's name. */
  readonly run_id: string;
  /** The master seed, also where it was drawn. */
  readonly seed: Exclude<Entropy, bigint>;
  /** Modules with further backends and postprocessors. */
  readonly plugins: readonly string[];
  /** What is computed; its files are those in `inputs`. */
  readonly model: Model;
  /** Where it runs. */
  readonly backend: unknown;
  /** What becomes of the output. */
  readonly postprocess: unknown;
  /** The software that made the workspace. */
  readonly versions: Provenance["versions"];
}
