import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "./config_error.ts";
import type { ConfigSchema } from "./config.ts";
import { pathKey, readDocuments } from "./document_reader.ts";
import type { Content, Place } from "./document_reader.ts";

export type { Place } from "./document_reader.ts";

/** Settings of {@linkcode loadDocument}. */
export interface LoadOptions {
  /** Where `${VAR}` is looked up (default: the environment). */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** A document read from a file, which knows where each of its values stands. */
export class LoadedDocument {
  /** The file. */
  readonly file: string;
  /** Its folder, where the document's relative paths start. */
  readonly folder: string;
  /** What it says. */
  readonly data: unknown;
  readonly #content: Pick<Content, "places" | "variables">;
  readonly #prefix: readonly PropertyKey[];

  /** Made by {@linkcode loadDocument}. */
  constructor(file: string, { data, ...content }: Content, prefix: readonly PropertyKey[] = []) {
    this.file = file;
    this.folder = dirname(file);
    this.data = data;
    this.#content = content;
    this.#prefix = prefix;
  }

  /** The part of the document at a path, as a document. */
  at(...path: PropertyKey[]): LoadedDocument {
    return new LoadedDocument(this.file, { ...this.#content, data: valueAt(this.data, path) }, [
      ...this.#prefix,
      ...path,
    ]);
  }

  /** The same document with other data: what it has in common with the file stands where it stood. */
  with(data: unknown): LoadedDocument {
    return new LoadedDocument(this.file, { ...this.#content, data }, this.#prefix);
  }

  /** Where the value at a path stands, or the nearest thing around it that is there. */
  locate(path: readonly PropertyKey[]): Place | undefined {
    const full = [...this.#prefix, ...path];
    for (let length = full.length; length >= 0; length--) {
      const place = this.#content.places.get(pathKey(full.slice(0, length)));
      if (place) return place;
    }
  }

  /** Whether the value at a path came from a variable of the environment. */
  isVariable(path: readonly PropertyKey[]): boolean {
    return this.#content.variables.has(pathKey([...this.#prefix, ...path]));
  }
}

/**
 * Reads the documents of a YAML or JSON file.
 *
 * `!include other.yml` (in JSON `{"!include": "other.json"}`) stands for what another file says, named from this file's
 * folder. `${VAR}` and `${VAR:-default}` in texts stand for variables of the environment; a variable that is not set and
 * has no default is an error. Nothing is ever executed.
 *
 * @throws {ConfigError} If a file cannot be read or is not YAML; with file, line and fault of every issue.
 */
export function loadDocuments(path: string | URL, { environment }: LoadOptions = {}): Promise<LoadedDocument[]> {
  const file = resolve(path instanceof URL ? fileURLToPath(path) : path);
  const variable = environment ? (name: string) => environment[name] : (name: string) => Deno.env.get(name);
  return Promise.resolve().then(() =>
    readDocuments(file, variable).map((content) => new LoadedDocument(file, content))
  );
}

/** Reads a file that holds one document, see {@linkcode loadDocuments}. @throws {ConfigError} If it does not hold one. */
export async function loadDocument(path: string | URL, options?: LoadOptions): Promise<LoadedDocument> {
  const documents = await loadDocuments(path, options);
  if (documents.length === 1) return documents[0];
  const file = resolve(path instanceof URL ? fileURLToPath(path) : path);
  const constraint = `must hold one document, not ${documents.length}`;
  throw new ConfigError("document", [{ path: [], field: "", value: undefined, constraint, file }]);
}

/**
 * Checks a document. Issues name file and line; a text that came from a variable may stand for a number, true or false.
 *
 * @example A study of one's own
 * ```ts
 * import { LocalConfig, loadDocument, parseDocument } from "@morlet/morlet/backends";
 * import assert from "node:assert/strict";
 *
 * const file = await Deno.makeTempFile({ suffix: ".yml" });
 * await Deno.writeTextFile(file, "type: local\ntimeout: ${LIMIT:-600}\ncomand: ls\n");
 * await assert.rejects(async () => parseDocument(LocalConfig, await loadDocument(file)), (error: Error) =>
 *   error.message.endsWith(`.yml:3: comand: is not a field here: current value is "ls". Did you mean "command"?`));
 * ```
 *
 * @throws {ConfigError} Naming everything that is wrong.
 */
export function parseDocument<T>(schema: ConfigSchema<T>, document: LoadedDocument): T {
  const { folder } = document;
  let result = schema.safeParse(document.data, { folder });
  if (result.success) return result.data;
  const data = structuredClone(document.data);
  if (result.error.issues.filter(({ path }) => document.isVariable(path) && setTyped(data, path)).length > 0) {
    result = schema.safeParse(data, { folder });
    if (result.success) return result.data;
  }
  const issues = result.error.issues.map((issue) => ({ ...issue, ...document.locate(issue.path) }));
  throw new ConfigError(schema.type, issues);
}

/** Makes of a text the number or truth value that it looks like; false where it looks like neither. */
function setTyped(data: unknown, path: readonly PropertyKey[]): boolean {
  const holder = valueAt(data, path.slice(0, -1)) as Record<PropertyKey, unknown>;
  const key = path.at(-1)!;
  const text = String(holder[key]).trim();
  if (/^(true|false)$/.test(text)) holder[key] = text === "true";
  else if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) holder[key] = Number(text);
  else return false;
  return true;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], data);
}
