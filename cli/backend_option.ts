import { loadBackendConfig, parseBackendConfig } from "../backends/mod.ts";
import type { BackendConfig } from "../backends/mod.ts";

/** The configuration that an option names: a file's, or that of a backend with its defaults. */
export async function backendOption(value: string, more: Record<string, unknown> = {}): Promise<BackendConfig> {
  const config = /\.(ya?ml|json)$/i.test(value) ? await loadBackendConfig(value) : { type: value };
  return Object.keys(more).length > 0 || config.type === value ? parseBackendConfig({ ...config, ...more }) : config;
}
