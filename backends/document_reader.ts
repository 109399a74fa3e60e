import { dirname, resolve } from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { Document, Node, YAMLMap } from "yaml";
import { nearest } from "../random/mod.ts";
import { ConfigError, configIssue } from "./config_error.ts";
import type { ConfigIssue } from "./config_error.ts";
import { interpolate } from "./interpolate.ts";

/** Where something stands. */
export interface Place {
  /** The file. */
  readonly file: string;
  /** The line, from 1. */
  readonly line: number;
}

/** What a document holds, and where. Paths are keys of {@linkcode pathKey}. */
export interface Content {
  readonly data: unknown;
  readonly places: ReadonlyMap<string, Place>;
  /** Texts that came from one variable of the environment. */
  readonly variables: ReadonlySet<string>;
}

/** The key of a path. */
export function pathKey(path: readonly PropertyKey[]): string {
  return path.map(String).join("\0");
}

/** Nodes that a document may unfold to; more are an attack, or a mistake. */
const MOST_NODES = 100_000;

/** Reads all documents of a file, with what they include. @throws {ConfigError} Naming file, line and fault of each issue. */
export function readDocuments(file: string, variable: (name: string) => string | undefined): Content[] {
  const issues: ConfigIssue[] = [];
  const contents = parsed(file, issues).map(({ document, lines }) => {
    const reader = new Reader(variable, issues);
    const data = reader.document({ file, document, lines, files: [file] }, []);
    return { data, places: reader.places, variables: reader.variables };
  });
  if (issues.length > 0) throw new ConfigError("document", issues);
  return contents;
}

interface Source {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** The files that include one another down to this one. */
  readonly files: readonly string[];
}

type Path = readonly PropertyKey[];

/** Turns nodes into data: resolves variables, aliases, merges and includes, and notes where everything stands. */
class Reader {
  readonly places = new Map<string, Place>();
  readonly variables = new Set<string>();
  #nodes = 0;

  constructor(readonly variable: (name: string) => string | undefined, readonly issues: ConfigIssue[]) {}

  document(source: Source, path: Path): unknown {
    if (!this.places.has(pathKey(path))) this.#place(source, source.document.contents, path);
    return this.#read(source, source.document.contents, path);
  }

  #read(source: Source, node: Node | null, path: Path): unknown {
    if (++this.#nodes > MOST_NODES) {
      if (this.#nodes === MOST_NODES + 1) {
        this.#complain(source, node, path, `must not unfold to more than ${MOST_NODES} values`);
      }
      return null;
    }
    const { tag } = node ?? {};
    if (tag === "!include") return this.#include(source, node!, isScalar(node) ? node.value : undefined, path);
    if (tag?.startsWith("!")) {
      this.#complain(source, node, path, `must not have the tag ${tag}: there is only !include`);
    }
    if (isAlias(node)) {
      const target = node.resolve(source.document);
      if (!target) {
        return this.#complain(source, node, path, `must not be *${node.source}, which nothing above is called`);
      }
      if (node.range![0] > target.range![0] && node.range![1] <= target.range![1]) {
        return this.#complain(source, node, path, `must not contain itself, by *${node.source}`);
      }
      return this.#read(source, target, path);
    }
    if (isMap(node)) return this.#map(source, node as YAMLMap<Node, Node | null>, path);
    if (isSeq(node)) {
      return node.items.map((item, i) => {
        this.#place(source, item as Node, [...path, i]);
        return this.#read(source, item as Node, [...path, i]);
      });
    }
    return isScalar(node) ? this.#scalar(source, node, node.value, path) : null;
  }

  #scalar(source: Source, node: Node, value: unknown, path: Path): unknown {
    if (typeof value !== "string" || !value.includes("${")) return value;
    const { text, whole, wrong } = interpolate(value, this.variable);
    if (wrong) this.#complain(source, node, path, wrong);
    if (whole) this.variables.add(pathKey(path));
    return text;
  }

  #map(source: Source, node: YAMLMap<Node, Node | null>, path: Path): unknown {
    const data: Record<string, unknown> = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined || name === "__proto__") {
        this.#complain(source, key, path, "must have plain words as names of fields");
      } else if (name === "!include" && node.items.length === 1) {
        return this.#include(source, value ?? key, isScalar(value) ? value.value : undefined, path);
      } else if (name === "<<") {
        const merged = this.#read(source, value, path);
        for (const other of [merged].flat()) {
          if (typeof other !== "object" || other === null) this.#complain(source, key, path, "must merge fields by <<");
          else for (const [field, inherited] of Object.entries(other)) data[field] ??= inherited;
        }
      } else {
        this.#place(source, key, [...path, name]);
        data[name] = this.#read(source, value, [...path, name]);
      }
    }
    return data;
  }

  #include(source: Source, node: Node, value: unknown, path: Path): unknown {
    const name = typeof value === "string" && value ? this.#scalar(source, node, value, path) as string : undefined;
    if (!name) return this.#complain(source, node, path, "must name a file to !include");
    const file = resolve(dirname(source.file), name);
    if (source.files.includes(file)) {
      const circle = [...source.files.slice(source.files.indexOf(file)), file].join(" > ");
      return this.#complain(source, node, path, `must not include itself: ${circle}`);
    }
    const documents = parsed(file, this.issues, { ...configIssue(path, undefined, ""), ...place(source, node) });
    if (documents.length !== 1) {
      if (documents.length > 1) {
        this.#complain(source, node, path, `must !include one document, not ${documents.length}`);
      }
      return null;
    }
    return this.document({ file, ...documents[0], files: [...source.files, file] }, path);
  }

  #place(source: Source, node: Node | null, path: Path): void {
    const found = place(source, node);
    if (found) this.places.set(pathKey(path), found);
  }

  #complain(source: Source, node: Node | null, path: Path, constraint: string): null {
    this.issues.push({ ...configIssue(path, undefined, constraint), ...place(source, node) });
    return null;
  }
}

function place({ file, lines }: Pick<Source, "file" | "lines">, node: Node | null): Place | undefined {
  return node?.range ? { file, line: lines.linePos(node.range[0]).line } : undefined;
}

interface Parsed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Parsed texts: files that are read again are parsed once, for as long as they say the same. */
const CACHE = new Map<string, readonly Parsed[]>();
const MOST_CACHED = 100;

/** The documents of a file that are not empty. */
function parsed(file: string, issues: ConfigIssue[], from?: ConfigIssue): readonly Parsed[] {
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    issues.push({
      ...(from ?? { ...configIssue([], undefined, ""), file }),
      constraint: whyUnread(file, error as Error),
    });
    return [];
  }
  let documents = CACHE.get(text);
  CACHE.delete(text); // and in again as the youngest
  documents ??= parse(text);
  CACHE.set(text, documents);
  if (CACHE.size > MOST_CACHED) CACHE.delete(CACHE.keys().next().value!);
  for (const { document: { errors }, lines } of documents) {
    for (const { message, pos } of errors) {
      const { line } = lines.linePos(pos[0]);
      issues.push({ ...configIssue([], undefined, `is not YAML: ${message}`), file, line });
    }
  }
  return documents.some(({ document }) => document.errors.length > 0) ? [] : documents;
}

function parse(text: string): readonly Parsed[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  return [...documents].map((document) => ({ document: document as Document.Parsed, lines }))
    .filter(({ document: { contents, errors } }) =>
      errors.length > 0 || !(isScalar(contents) && contents.source === "")
    )
    .filter(({ document: { contents, errors } }) => errors.length > 0 || contents !== null);
}

function whyUnread(file: string, error: Error): string {
  if (!(error instanceof Deno.errors.NotFound)) return `cannot be read: ${error.message}`;
  const folder = dirname(file);
  let near: string | undefined;
  try {
    near = nearest(file.slice(folder.length + 1), [...Deno.readDirSync(folder)].map(({ name }) => name));
  } catch { /* no near name, then */ }
  return `does not exist: ${file}${near ? `. Did you mean ${near}?` : ""}`;
}
