// A configuration chosen by what the machine has: a large machine runs the model in a container with all its cores, a
// small one in a process.
//
//   deno run --allow-read --allow-sys examples/config_from_resources.ts

import { DockerConfig, LocalConfig } from "../backends/mod.ts";

/** Chooses by the number of cores and the memory in GiB. */
export function optimalConfig(cores: number, memory: number): DockerConfig | LocalConfig {
  if (memory > 16 && cores > 8) {
    return DockerConfig.parse({
      image: "swan:hpc",
      cpu: Math.min(cores, 128),
      memory: `${memory}g`,
      mpiexec: `mpirun -np ${cores}`,
    });
  }
  return LocalConfig.parse({ timeout: 7200, env_vars: { OMP_NUM_THREADS: String(Math.min(cores, 4)) } });
}

if (import.meta.main) {
  const cores = navigator.hardwareConcurrency;
  const memory = Math.floor(Deno.systemMemoryInfo().total / 2 ** 30);
  console.log(`${cores} cores and ${memory} GiB:`, optimalConfig(cores, memory));
}
