/** The files below a folder whose names end so; nothing where the folder is missing. */
export function* walk(folder: URL, ending: string): Generator<URL> {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  for (const { name, isDirectory } of entries) {
    if (isDirectory) yield* walk(new URL(`${name}/`, folder), ending);
    else if (name.endsWith(ending)) yield new URL(name, folder);
  }
}
