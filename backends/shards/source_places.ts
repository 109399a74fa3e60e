import { SourceMap } from "node:module";

/** Finds the place in a source that a place in its bundle comes from, both counted from 1. */
export type FindPlace = (line: number, column: number) => string | undefined;

/** Of the jobs that were packed here, by their hashes. */
const known = new Map<string, FindPlace>();

/** Reads the source map at the end of a bundle, whose sources lie relative to `base`. */
export function splitBundle(text: string, base: string): { code: string; find?: FindPlace } {
  const [code, encoded] = text.split(/^\/\/# sourceMappingURL=data:[^,]*;base64,/m);
  if (encoded === undefined) return { code };
  let map: SourceMap | undefined; // read when something has failed
  const find: FindPlace = (line, column) => {
    const bytes = Uint8Array.from(atob(encoded.trim()), (byte) => byte.charCodeAt(0));
    map ??= new SourceMap(JSON.parse(new TextDecoder().decode(bytes)));
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry)) return undefined;
    return `${new URL(entry.originalSource, base).href}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  };
  return { code, find };
}

/** Has the errors of a job tell places in its sources. */
export function rememberPlaces(hash: string, find: FindPlace): void {
  known.set(hash, find);
}

/** A stack of a shard's, with the places in the task's module as they are in its sources. */
export function inSources(stack: string, hash: string): string {
  const find = known.get(hash);
  if (!find) return stack;
  return stack.replaceAll(
    /blob:[^\s()]*:(\d+):(\d+)/g,
    (all, line, column) => find(Number(line), Number(column)) ?? all,
  );
}
