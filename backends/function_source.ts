import * as random from "../random/mod.ts";
import { InvalidArgumentError } from "../random/mod.ts";
import type { WorkerFunction } from "./task.ts";

/**
 * The source of a function that is to be sent elsewhere.
 *
 * @throws {InvalidArgumentError} If it has none: native, bound and class constructors cannot travel.
 */
export function functionSource(run: WorkerFunction): string {
  const source = run.toString();
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source) || /^class\b/.test(source)) {
    throw new InvalidArgumentError("worker", run, "a function written in JavaScript or TypeScript", {
      hint: "Native and bound functions and classes have no source that could be sent: wrap it in a function",
    });
  }
  compileFunction(source);
  return source;
}

/**
 * Makes a function of its source. It sees its arguments, the exports of `random` by name and the platform's globals.
 *
 * @throws {InvalidArgumentError} If the source is not that of a function.
 */
export function compileFunction(source: string): WorkerFunction {
  const names = Object.keys(random), values = Object.values(random);
  // A method's source is a function only inside an object: `{ draw(seed) { … } }`.
  for (const expression of [`(${source})`, `Object.values({${source}})[0]`]) {
    try {
      const made = new Function(...names, `"use strict"; return ${expression};`)(...values);
      if (typeof made === "function") return made;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw new InvalidArgumentError("worker", source, "a function");
}

/** The name of the variable that a sent function missed, if that is what an error says. */
export function missingVariable(error: unknown): string | undefined {
  const { name, message } = (error ?? {}) as Error;
  return name === "ReferenceError" ? /^(\S+) is not defined$/.exec(message)?.[1] : undefined;
}

/** Thrown when a function that was sent as source leans on a variable around it, which did not travel. */
export class OuterVariableError extends Error {
  override readonly name = "OuterVariableError";
  /** The variable's name. */
  readonly variable: string;

  /** Names the variable and the remedies. */
  constructor(variable: string, cause?: unknown) {
    super(
      `Cannot run the function elsewhere as it uses "${variable}", which is outside it and is not sent along: ` +
        `pass it in workerArgs, or put the function in a module and name it as { module, name }`,
      { cause },
    );
    this.variable = variable;
  }
}
