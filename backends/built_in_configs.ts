import type { DaskConfig } from "./dask_config.ts";
import type { DockerConfig } from "./docker_config.ts";
import type { BackendConfig } from "./load_config.ts";
import type { LocalConfig } from "./local_config.ts";
import type { SequentialConfig } from "./sequential.ts";
import type { SlurmConfig } from "./slurm_config.ts";
import type { WebGpuConfig } from "./webgpu.ts";
import type { WorkersConfig } from "./workers.ts";

/** The configurations of the built-in backends, by name. */
export interface BuiltInConfigs {
  /** One simulation after the other. */
  readonly sequential: SequentialConfig;
  /** Every core of this machine. */
  readonly workers: WorkersConfig;
  /** A graphics card. */
  readonly webgpu: WebGpuConfig;
  /** A process on this machine. */
  readonly local: LocalConfig;
  /** Containers. */
  readonly docker: DockerConfig;
  /** A Slurm cluster. */
  readonly slurm: SlurmConfig;
  /** A Dask cluster. */
  readonly dask: DaskConfig;
}

/** The name of a built-in backend, or another. */
export type BackendName = keyof BuiltInConfigs | (string & Record<never, never>);

/**
 * What may be given to a backend of this name: fields of its configuration, which the compiler knows of the built-in ones, or what
 * `loadBackendConfig` has read.
 */
export type ConfigOf<Name extends BackendName> = Name extends keyof BuiltInConfigs
  ? Partial<BuiltInConfigs[Name]> | BackendConfig
  : unknown;
