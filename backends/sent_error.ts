/** An error that travels. */
export interface SentError {
  /** The class's name. */
  readonly name: string;
  /** What was wrong. */
  readonly message: string;
  /** Where. */
  readonly stack?: string;
}

/** Makes what was thrown ready to be sent. */
export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  return { name: String(name), message: String(message), ...(stack ? { stack: String(stack) } : {}) };
}

/** Makes an error of what {@linkcode sendError} made, where it has arrived. */
export function receiveError({ name, message, stack }: SentError): Error {
  const error = new Error(message);
  Object.defineProperty(error, "name", { value: name, configurable: true });
  if (stack) Object.defineProperty(error, "stack", { value: stack, configurable: true });
  return error;
}
