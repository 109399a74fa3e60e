/** One value in several forms, by MIME type, of which a notebook shows the richest that it can. */
export type MimeBundle = Record<string, unknown>;

/** What Deno's Jupyter kernel offers to the code in its cells. */
export interface NotebookKernel {
  /** Sends a message to whatever shows the notebook. */
  broadcast(
    kind: "display_data" | "update_display_data",
    content: { data: MimeBundle; metadata: Record<string, unknown>; transient: { display_id?: string } },
  ): Promise<void>;
}

/** The method by which a value shows itself in a notebook. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as typeof DISPLAY;

/** The kernel this code runs in, or undefined outside of notebooks. */
export function notebookKernel(): NotebookKernel | undefined {
  try {
    return Deno.jupyter as unknown as NotebookKernel;
  } catch {
    return undefined; // that is how Deno says that there is none
  }
}

/** Gives a value a form for notebooks. It stays what it is: the method is not enumerable, so copies and comparisons do not see it. */
export function showsAs<T extends object>(value: T, show: () => MimeBundle): T {
  return Object.defineProperty(value, DISPLAY, { value: () => showNow(show()), configurable: true, writable: true });
}

/** Milliseconds after which a message that was sent has left the kernel. */
const FLUSH = 100;

/**
 * Shows a bundle by a message of its own and waits until it is out, because the kernel sends a cell's value so late that programs that
 * run notebooks may miss it.
 *
 * @returns What is left to show as the cell's value: nothing in a notebook, else the bundle.
 */
export async function showNow(bundle: MimeBundle): Promise<MimeBundle> {
  const kernel = notebookKernel();
  if (!kernel) return bundle;
  await kernel.broadcast("display_data", { data: bundle, metadata: {}, transient: {} });
  await new Promise((resolve) => setTimeout(resolve, FLUSH));
  return {};
}

/** Text for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Rows as an HTML table, the first one as its head where `head` is set. Cells are text. */
export function htmlTable(rows: readonly (readonly string[])[], { head = false }: { head?: boolean } = {}): string {
  const cells = (row: readonly string[], tag: string) =>
    row.map((cell) => `<${tag} style="text-align:left;vertical-align:top">${escapeHtml(cell)}</${tag}>`).join("");
  const lines = rows.map((row, i) => `<tr>${cells(row, head && i === 0 ? "th" : "td")}</tr>`);
  return `<table>${lines.join("")}</table>`;
}

/** Rows as text in columns. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()).join("\n");
}
