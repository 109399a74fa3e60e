import { stringify } from "yaml";
import type { ConfigSchema } from "../backends/mod.ts";

/** The rules of a field, as a JSON Schema says them. */
interface Field {
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly minimum?: number;
}

interface Shape {
  readonly properties: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

const WIDTH = 100;
const BY_TYPE: Readonly<Record<string, unknown>> = { string: "?", boolean: false, array: [], object: {} };

/**
 * A configuration to start from: YAML that validates, with every field, what it means and its default. Fields that are not
 * needed are commented out.
 */
export function configTemplate(schema: ConfigSchema<unknown>): string {
  const { type } = schema;
  const rules = schema.toJSONSchema() as unknown as Shape & { anyOf?: readonly Shape[] };
  const [shape, ...others] = rules.anyOf ?? [rules];
  const lines = [
    ...comment(`A configuration of the backend "${type}". Remove the "# " before fields that you want to set.`),
    ...comment(`Check it by: morlet backends validate FILE`),
    `type: ${type}`,
    ...fieldsOf(shape),
  ];
  for (const other of others) {
    const own = Object.fromEntries(Object.entries(other.properties).filter(([name]) => !(name in shape.properties)));
    const given = (shape.required ?? []).filter((name) => !(name in other.properties)).join(", ");
    lines.push("", ...comment(given ? `Instead of ${given}:` : "Or:"), ...fieldsOf({ properties: own }));
  }
  return `${lines.join("\n")}\n`;
}

function fieldsOf({ properties, required = [] }: Shape): string[] {
  return Object.entries(properties).filter(([name]) => name !== "type").flatMap(([name, field]) => {
    const yaml = stringify({ [name]: valueOf(field) }).trimEnd().split("\n");
    const needed = required.includes(name);
    return ["", ...comment(field.description ?? ""), ...(needed ? yaml : yaml.map((line) => `# ${line}`))];
  });
}

function valueOf(field: Field): unknown {
  return field.default ?? field.examples?.[0] ?? field.enum?.[0] ?? field.minimum ?? BY_TYPE[field.type ?? ""] ?? 1;
}

/** A text as comments, which differ from fields that are commented out by a second mark. */
function comment(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const last = lines.at(-1);
    if (last && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`## ${word}`);
  }
  return lines;
}
