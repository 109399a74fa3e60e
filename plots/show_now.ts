/** Milliseconds after which a message that was sent has left the kernel. */
const FLUSH = 100;

/**
 * Shows a bundle of MIME types by a message of its own and waits until it is out, because Deno's kernel sends a cell's value so late that
 * programs that run notebooks miss it, large ones most often.
 *
 * @returns What is left to show as the cell's value: nothing in a notebook, else the bundle.
 */
export async function showNow(bundle: Record<string, unknown>): Promise<Record<string, unknown>> {
  const kernel = notebookKernel();
  if (!kernel) return bundle;
  await kernel.broadcast("display_data", { data: bundle, metadata: {}, transient: {} });
  await new Promise((resolve) => setTimeout(resolve, FLUSH));
  return {};
}

interface Kernel {
  broadcast(kind: string, content: Record<string, unknown>): Promise<void>;
}

function notebookKernel(): Kernel | undefined {
  try {
    return Deno.jupyter as unknown as Kernel;
  } catch {
    return undefined; // that is how Deno says that there is none
  }
}
