// A configuration chosen by the variable MORLET_ENV: production, staging or development (the default).
//
//   deno run --allow-read --allow-env=MORLET_ENV examples/config_by_environment.ts

import { DockerConfig, LocalConfig } from "../backends/mod.ts";
import { requireOneOf } from "../random/mod.ts";

const CONFIGS = {
  production: () => DockerConfig.parse({ image: "swan:production", cpu: 16, memory: "32g", timeout: 21600 }),
  staging: () => DockerConfig.parse({ image: "swan:staging", cpu: 8, memory: "16g", timeout: 10800 }),
  development: () => LocalConfig.parse({ timeout: 3600, env_vars: { LOG_LEVEL: "DEBUG" } }),
};

/** The configuration for an environment. A name that is misspelt is refused: production must not run as development. */
export function configForEnvironment(name = Deno.env.get("MORLET_ENV") || "development"): DockerConfig | LocalConfig {
  requireOneOf("MORLET_ENV", name, Object.keys(CONFIGS) as (keyof typeof CONFIGS)[]);
  return CONFIGS[name]();
}

if (import.meta.main) console.log(configForEnvironment());
