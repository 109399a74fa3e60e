// Configurations made of a template: what all have in common, what a purpose needs, and what the caller wants.
//
//   deno run --allow-read examples/config_templates.ts

import { DockerConfig } from "../backends/mod.ts";

/** What a caller may set: any field, before it is checked. */
type Overrides = Readonly<Record<string, unknown>>;

const BASE_SWAN = {
  image: "swan:latest",
  user: "modeluser",
  timeout: 7200,
  env_vars: { MODEL_DEBUG: "false", LOG_LEVEL: "INFO" },
};

/** For large runs. */
export function hpcConfig(overrides: Overrides = {}): DockerConfig {
  return DockerConfig.parse({ ...BASE_SWAN, cpu: 32, memory: "64g", mpiexec: "mpirun -np 32", ...overrides });
}

/** For looking into what goes wrong: small, talkative, and the container stays. */
export function devConfig(overrides: Overrides = {}): DockerConfig {
  return DockerConfig.parse({
    ...BASE_SWAN,
    cpu: 2,
    memory: "2g",
    remove_container: false,
    env_vars: { ...BASE_SWAN.env_vars, MODEL_DEBUG: "true", LOG_LEVEL: "DEBUG" },
    ...overrides,
  });
}

if (import.meta.main) {
  console.log("hpc:", hpcConfig({ cpu: 64, mpiexec: "mpirun -np 64" }));
  console.log("dev:", devConfig());
}
