import type { BaseBackendConfig, ConfigSchema } from "../backends/mod.ts";
import type { Settings } from "./settings.ts";

/** The configuration of some postprocessor. Its `type` says which; the rest are its own fields and those of every backend. */
export interface ProcessorConfig extends BaseBackendConfig {
  /** Names the postprocessor. */
  readonly type: string;
}

/** What a postprocessor gets. */
export interface ProcessorContext {
  /** The run's folder. Postprocessors write below it, beside `outputs`, in a folder of their own. */
  readonly workspace: string;
  /** The folder with what the run has put out. */
  readonly outputs: string;
  /** What decided the results. */
  readonly settings: Settings;
  /** Aborts when it must stop. */
  readonly signal: AbortSignal;
}

/** What a postprocessor did. */
export interface ProcessorResult {
  /** What it did, in a sentence. */
  readonly message: string;
  /** The files it made, below the workspace. */
  readonly files: readonly string[];
  /** What else there is to say. JSON. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A postprocessor, as a value that a registry holds. */
export interface PostprocessorDefinition<Config extends ProcessorConfig = ProcessorConfig> {
  /** The name by which it is asked for. */
  readonly name: string;
  /** One line for the table of postprocessors. */
  readonly description: string;
  /** Its configuration. */
  readonly schema: ConfigSchema<Config>;
  /** Processes what a run has put out. What it throws makes the pipeline fail. */
  process(context: ProcessorContext, config: Config): Promise<ProcessorResult>;
}
