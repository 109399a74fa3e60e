import { extendBaseConfig } from "./base_config.ts";
import type { BaseBackendConfig } from "./base_config.ts";
import type { ConfigSchema } from "./config.ts";
import { flag, words } from "./config_fields.ts";

/** Configuration of the `local` backend: a process on this machine. */
export interface LocalConfig extends BaseBackendConfig {
  /** Names the backend. */
  readonly type: "local";
  /** What to run (default: the model run's own command). */
  readonly command?: string;
  /** Whether a shell reads the command, so that pipes and variables work (default true); else it is cut at blanks. */
  readonly shell: boolean;
  /** Whether output is kept in the results (default true). */
  readonly capture_output: boolean;
  /** Whether output is shown while it comes (default false). */
  readonly stream_output: boolean;
}

/** Checks configurations of the `local` backend. */
export const LocalConfig: ConfigSchema<LocalConfig> = extendBaseConfig<LocalConfig>("local", {
  command: words("a command").optional().meta({
    description: "What to run (default: the model run's own command).",
    examples: ["python model.py"],
  }),
  shell: flag().default(true).describe(
    "Whether a shell reads the command, so that pipes and variables work (default true); else it is cut at blanks.",
  ),
  capture_output: flag().default(true).describe("Whether output is kept in the results (default true)."),
  stream_output: flag().default(false).describe("Whether output is shown while it comes (default false)."),
});
