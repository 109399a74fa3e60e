/** How many cores this process may use: within a job of Slurm those it was given, as not every cluster keeps it from the others. */
export function coresHere(): number {
  const { hardwareConcurrency } = navigator;
  const variable = "SLURM_CPUS_PER_TASK";
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return hardwareConcurrency;
  const given = Number(Deno.env.get(variable));
  return given >= 1 ? Math.min(given, hardwareConcurrency) : hardwareConcurrency;
}
