/** The middle one of several values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** A time as people read it. */
export function show(seconds: number): string {
  return seconds < 1e-3
    ? `${(seconds * 1e6).toFixed(0)} µs`
    : seconds < 1
    ? `${(seconds * 1e3).toPrecision(3)} ms`
    : `${seconds.toPrecision(3)} s`;
}

/** A table in Markdown. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...body].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
