import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, where the import map is. */
export const ROOT: string = fileURLToPath(new URL("../", import.meta.url));

/** The virtual environment that `tests/setup.ts` makes. */
export const VENV: string = join(ROOT, ".venv");

/**
 * Writes kernelspecs whose Stop button interrupts the running cell instead of ending the kernel: `morlet`, and `deno`, the one that the
 * notebooks name.
 *
 * @param folder A folder for `JUPYTER_PATH`, which Jupyter searches before all others.
 */
export async function writeKernelspecs(folder: string): Promise<void> {
  for (const [name, title] of [["morlet", "Deno (Morlet)"], ["deno", "Deno"]]) {
    const kernel = join(folder, "kernels", name);
    await mkdir(kernel, { recursive: true });
    const spec = {
      argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
      display_name: title,
      language: "typescript",
      interrupt_mode: "message",
    };
    await writeFile(join(kernel, "kernel.json"), JSON.stringify(spec, null, 2));
  }
}

/** Starts JupyterLab on the repository, with Morlet's kernelspecs. */
export async function startJupyterLab(
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "stdout" | "stderr"> = {},
): Promise<Deno.ChildProcess> {
  const specs = join(VENV, "share", "morlet");
  await writeKernelspecs(specs);
  return new Deno.Command(join(VENV, "bin", "jupyter"), {
    args: ["lab", `--ServerApp.root_dir=${ROOT}`, ...Deno.uid() === 0 ? ["--allow-root"] : [], ...args],
    env: { JUPYTER_PATH: specs },
    stdin: "null",
    ...options,
  }).spawn();
}
