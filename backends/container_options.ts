import { userInfo } from "node:os";
import type { DockerConfig } from "./docker_config.ts";
import { isSecretName } from "./secrets.ts";

/** The engine's options for whatever runs in a container: its user, its network, its limits, its variables. */
export function containerOptions(config: DockerConfig, env: Readonly<Record<string, string>>): string[] {
  const { engine, cpu, memory, network, user = caller() } = config;
  return [
    "--user",
    user,
    ...engine === "podman" && Deno.uid() !== 0 ? ["--userns", "keep-id"] : [],
    "--network",
    network,
    "--security-opt",
    "no-new-privileges",
    ...cpu === undefined ? [] : ["--cpus", String(cpu)],
    // As much swap would double the limit.
    ...memory === undefined ? [] : ["--memory", memory, "--memory-swap", memory],
    ...Object.entries(env).flatMap(([key, value]) => [
      "--env",
      // By name alone, as values would show in the table of processes: these the engine's program finds in its own environment.
      isSecretName(key) ? key : `${key}=${value}`,
    ]),
  ];
}

/** The variables that the engine's program is to pass on. The others are not for it: they could change where it finds its own. */
export function secretVariables(all: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => isSecretName(key)));
}

function caller(): string {
  const { uid, gid } = userInfo();
  return `${uid}:${gid}`;
}
