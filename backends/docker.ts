import type { Availability, BackendDefinition } from "./backend.ts";
import { DockerConfig } from "./docker_config.ts";

/** Containers of Docker or Podman: commands, and shards of Monte Carlo work in images that hold nothing but Deno. */
export const docker: BackendDefinition<DockerConfig> = {
  name: "docker",
  description: "Containers of Docker or Podman",
  capabilities: { monteCarlo: true, run: true, deterministic: true, parallel: true, functions: true },
  schema: DockerConfig,
  async probe(config) {
    if (config) return await probeEngine(config.engine);
    const docker = await probeEngine("docker");
    if (docker.available) return docker;
    const podman = await probeEngine("podman");
    return podman.available ? podman : docker;
  },
  async open(config) {
    const { runInContainer } = await import("./run_in_container.ts");
    const { runTask } = await import("./docker/run_task.ts");
    return { run: (request) => runInContainer(config, request), runTask: (request) => runTask(request, config) };
  },
};

/** Whether an engine's program is there, and its daemon answers. */
async function probeEngine(engine: DockerConfig["engine"]): Promise<Availability> {
  const name = engine === "docker" ? "Docker" : "Podman";
  const { state } = await Deno.permissions.query({ name: "run", command: engine });
  if (state !== "granted") {
    return {
      available: false,
      reason: `The program "${engine}" may not be started`,
      remedy: "Run Deno with --allow-run",
    };
  }
  try {
    const format = engine === "docker" ? "{{.Server.Version}}" : "{{.Client.Version}}";
    const { success, stdout, stderr } = await new Deno.Command(engine, {
      args: ["version", "--format", format],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    if (success) return { available: true, detail: `${name} ${text(stdout)}` };
    const reason = `${name} does not answer: ${text(stderr).split("\n").at(-1)}`;
    const remedy = `Start it (systemctl start docker), or let DOCKER_HOST name one that runs and that you may use`;
    return { available: false, reason, remedy };
  } catch {
    const remedy = engine === "docker"
      ? `Install Docker Engine (Debian: apt install docker.io), or Podman and take engine: podman`
      : `Install Podman (Debian: apt install podman)`;
    return { available: false, reason: `There is no program "${engine}"`, remedy };
  }
}
