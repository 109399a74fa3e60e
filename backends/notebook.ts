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

/** The method by which a value shows itself in `console.log`, of Deno and of Node. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as typeof INSPECT;

/** The kernel this code runs in, or undefined outside of notebooks. */
export function notebookKernel(): NotebookKernel | undefined {
  try {
    return Deno.jupyter as unknown as NotebookKernel;
  } catch {
    return undefined; // that is how Deno says that there is none
  }
}

/**
 * Gives a value a form for notebooks, whose plain text `console.log` prints too unless `inLogs` is false. The value stays what it is:
 * the methods are not enumerable, so copies and comparisons do not see them, and `console.log({ ...value })` prints all its fields.
 */
export function showsAs<T extends object>(
  value: T,
  show: () => MimeBundle,
  { inLogs = true }: { inLogs?: boolean } = {},
): T {
  const hidden = (method: () => unknown) => ({ value: method, configurable: true, writable: true });
  Object.defineProperty(value, DISPLAY, hidden(() => showNow(show())));
  if (inLogs) Object.defineProperty(value, INSPECT, hidden(() => show()["text/plain"]));
  return value;
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

/** Rows as text in columns. A cell with more characters than its column's limit goes on in the next line, between words. */
export function textTable(rows: readonly (readonly string[])[], limits: readonly number[] = []): string {
  const lines = rows.flatMap((row) => {
    const cells = row.map((cell, i) => wrapWords(cell, limits[i]));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, k) => cells.map((cell) => cell[k] ?? ""));
  });
  const widths = rows[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()).join("\n");
}

function wrapWords(text: string, limit = Infinity): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    if (lines.length > 0 && lines.at(-1)!.length + 1 + word.length <= limit) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}
