/** Draws what takes permissions. Where one is missing, all are told at once, and what does without them. */
export async function allowed<T>(what: string, flags: string, draw: () => Promise<T>): Promise<T> {
  try {
    return await draw();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    const remedy = `Run Deno with ${flags}, or save HTML, which takes --allow-write alone`;
    throw new Deno.errors.NotCapable(`Cannot draw ${what}: ${cause.message}. ${remedy}`, { cause });
  }
}
