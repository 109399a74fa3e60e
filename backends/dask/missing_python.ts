import { BackendUnavailableError } from "../backend.ts";

/** Says that a Python cannot be started. */
export function noPython(python: string, cause: unknown): BackendUnavailableError {
  if (cause instanceof Deno.errors.NotCapable) {
    const reason = `The program "${python}" may not be started`;
    return new BackendUnavailableError("dask", { reason, remedy: "Run Deno with --allow-run", cause });
  }
  return new BackendUnavailableError("dask", {
    reason: `There is no Python "${python}"`,
    remedy: "Install Python and Dask's client (pip install distributed), or let the field python name a Python",
    cause,
  });
}

/** Says that a Python lacks Dask's client. */
export function noClient(python: string): BackendUnavailableError {
  return new BackendUnavailableError("dask", {
    reason: `The Python "${python}" has no Dask client`,
    remedy: `Install it (${python} -m pip install distributed), or let the field python name a Python that has it`,
  });
}
