import { InvalidArgumentError, showValue } from "../random/mod.ts";
import { maskValue } from "./secrets.ts";

/** One thing that is wrong with a configuration. */
export interface ConfigIssue {
  /** Where the field is in the document: names and positions in lists. */
  readonly path: readonly PropertyKey[];
  /** The same with dots; empty for the document itself. */
  readonly field: string;
  /** The value that was refused; `***` where the field looks secret. */
  readonly value: unknown;
  /** What it must be. */
  readonly constraint: string;
  /** What may have been meant. */
  readonly hint?: string;
  /** The file it stands in. */
  readonly file?: string;
  /** The line in that file, from 1. */
  readonly line?: number;
}

/** Thrown when a configuration cannot be used. Names every issue, not just the first. */
export class ConfigError extends InvalidArgumentError {
  /** Names the class. */
  override readonly name = "ConfigError";
  /** The kind of configuration. */
  readonly type: string;
  /** All that is wrong. */
  readonly issues: readonly ConfigIssue[];

  /** Names what is wrong with a configuration. */
  constructor(type: string, issues: readonly ConfigIssue[]) {
    const [first] = issues;
    super(first.field, first.value, first.constraint);
    const fromFile = issues.some(({ file }) => file);
    const what = type === "document" ? "the document" : `the ${type} configuration`;
    const sentences = issues.map(describeIssue);
    this.message = fromFile
      ? [`Cannot use ${what}`, ...sentences].join("\n  ")
      : [`Cannot use ${what}.`, ...sentences.map((s) => s.endsWith("?") ? s : `${s}.`)].join(" ");
    this.type = type;
    this.issues = issues;
  }
}

/** Makes a {@linkcode ConfigIssue}; what looks secret in the value is masked. */
export function configIssue(
  path: readonly PropertyKey[],
  value: unknown,
  constraint: string,
  hint?: string,
): ConfigIssue {
  const field = path.map((part) => String(part) || '""').join(".");
  const issue = { path, field, value: maskValue(path, value), constraint };
  return hint ? { ...issue, hint } : issue;
}

/** An issue in one line: file and line where known, the field, what it must be, what it is, and what may have been meant. */
export function describeIssue({ field, value, constraint, hint, file, line }: ConfigIssue): string {
  const place = file ? `${file}${line ? `:${line}` : ""}: ` : "";
  const current = value === undefined ? "" : `: current value is ${showValue(value)}`;
  return `${place}${field || "the document"}: ${constraint}${current}${hint ? `. ${hint}` : ""}`;
}
