import { resolve } from "node:path";

/** What a field names: a folder, a file, or volumes as `host:container[:mode]` whose host path exists. */
export type PathKind = "folder" | "file" | "volumes";

type Complain = (at: readonly PropertyKey[], value: unknown, constraint: string) => void;

/** Checks that what a field names exists, and gives the field with absolute paths. */
export function checkPath(kind: PathKind, value: unknown, folder: string, complain: Complain): unknown {
  if (kind === "volumes") {
    return (value as string[]).map((volume, i) => {
      const [, host, rest] = /^([^:]+)(:.+)$/.exec(volume) ?? [];
      if (!host) return volume; // refused already
      const path = resolve(folder, host);
      const wrong = whyNot("any", path);
      if (wrong) complain([i], volume, `must start with a host path that exists: ${path} ${wrong}`);
      return path + rest;
    });
  }
  const path = resolve(folder, value as string);
  const wrong = whyNot(kind, path);
  if (wrong) complain([], value, `must be a ${kind} that exists: ${path} ${wrong}`);
  return path;
}

function whyNot(kind: "folder" | "file" | "any", path: string): string | undefined {
  try {
    const { isDirectory, isFile } = Deno.statSync(path);
    if (kind === "folder" && !isDirectory) return "is not a folder";
    if (kind === "file" && !isFile) return "is not a file";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "does not exist";
    return `cannot be looked at (${(error as Error).message})`;
  }
}
