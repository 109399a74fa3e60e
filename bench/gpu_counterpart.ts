// pycwt's pipeline by CuPy, in whichever Python has what it needs.
const ROOT = new URL("../", import.meta.url);
const CUPY = "14.2.0";

/** What CuPy did, or why it did nothing. */
export type Counterpart =
  | {
    readonly device: string;
    /** Largest difference of its coherence from that of pycwt's own functions. */
    readonly off: number;
    /** Seconds a surrogate, of each repetition. */
    readonly seconds: number[];
  }
  | { readonly missing: string };

/**
 * Times it. Without `python`, the one of `.venv-bench` is tried, which gets CuPy where there is a CUDA card and a network, then `python3`.
 */
export async function timeCupy(
  job: { readonly n: number; readonly J: number; readonly surrogates: number; readonly repeats: number },
  python?: string,
): Promise<Counterpart> {
  const ours = new URL(".venv-bench/bin/python", ROOT).pathname, missing: string[] = [];
  for (const interpreter of python ? [python] : [ours, "python3"]) {
    if (interpreter === ours) await addCupy(ours);
    const script = new URL("python/pycwt_cupy.py", import.meta.url).pathname;
    const found = await output(interpreter, script, JSON.stringify({ ...job, batch: 32 }));
    if ("missing" in found) missing.push(`${interpreter === ours ? ".venv-bench" : interpreter}: ${found.missing}`);
    else return found;
  }
  return { missing: missing.join("; ") };
}

async function output(interpreter: string, ...args: string[]): Promise<Counterpart> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(interpreter, { args }).output();
    if (success) return JSON.parse(new TextDecoder().decode(stdout));
    return { missing: new TextDecoder().decode(stderr).trim().split("\n").at(-1)! };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { missing: "not there" };
    throw error;
  }
}

let added: Promise<void> | undefined;

/** Installs CuPy where there is a card for it; without a network nothing comes of it, and the script says so. */
function addCupy(python: string): Promise<void> {
  return added ??= (async () => {
    const run = async (command: string, ...args: string[]) => {
      try {
        return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
      } catch {
        return false;
      }
    };
    if (!await run("nvidia-smi") || await run(python, "-c", "import cupy")) return;
    await run(python, "-m", "pip", "install", "-q", "--retries", "0", "--timeout", "15", `cupy-cuda12x==${CUPY}`);
  })();
}
