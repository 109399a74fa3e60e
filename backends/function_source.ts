import {
  CounterGenerator,
  defaultRng,
  Generator,
  InvalidArgumentError,
  SeedSequence,
  simulationKey,
  surrogateNormals,
  threefry2x32,
} from "../random/mod.ts";
import type { ModuleReference, Task, WorkerFunction } from "./task.ts";

/** A task as it is sent: an export of a module, or a function's source. The codec can carry it. */
export type SentTask = { readonly args: readonly unknown[] } & (ModuleReference | { readonly source: string });

/** Makes a task ready to be sent. @throws {InvalidArgumentError} If it is a function without source. */
export function sendTask(task: Task): SentTask {
  return "run" in task ? { source: functionSource(task.run), args: task.args } : task;
}

/** Makes a task of what {@linkcode sendTask} made, where it has arrived. */
export function receiveTask(sent: SentTask): Task {
  return "source" in sent ? { run: compileFunction(sent.source), args: sent.args } : sent;
}

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

/** What a sent function sees by name: the generators of `random`, none of which has a name that a program would use otherwise. */
const IN_SCOPE = {
  CounterGenerator,
  defaultRng,
  Generator,
  SeedSequence,
  simulationKey,
  surrogateNormals,
  threefry2x32,
};

/**
 * Makes a function of its source. It sees its arguments, the generators of `random` by name and the platform's globals.
 *
 * @throws {InvalidArgumentError} If the source is not that of a function.
 */
export function compileFunction(source: string): WorkerFunction {
  const names = Object.keys(IN_SCOPE), values = Object.values(IN_SCOPE);
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
  /** Names the class. */
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
