/** A line on a grid: columns and rows, fractions allowed. */
export interface GridLine {
  /** Place along the columns. */
  x: number[];
  /** Place along the rows. */
  y: number[];
}

/** Drops the points of a line that lie within `tolerance` of the line without them (Douglas and Peucker 1973). */
export function simplifyLine({ x, y }: GridLine, tolerance: number): GridLine {
  const last = x.length - 1, keep = new Uint8Array(x.length);
  if (last < 2) return { x, y };
  keep[0] = keep[last] = 1;
  const open: [number, number][] = [];
  if (x[0] === x[last] && y[0] === y[last]) {
    // The ends of a ring meet, so measure from the point opposite instead.
    const far = farthest(x, y, 0, last).index;
    keep[far] = 1;
    open.push([0, far], [far, last]);
  } else open.push([0, last]);
  for (let span = open.pop(); span; span = open.pop()) {
    const { index, distance } = farthest(x, y, ...span);
    if (distance <= tolerance) continue;
    keep[index] = 1;
    open.push([span[0], index], [index, span[1]]);
  }
  const kept = (_: number, i: number) => keep[i] === 1;
  return { x: x.filter(kept), y: y.filter(kept) };
}

/** The point between two that is farthest from the segment that joins them. */
function farthest(x: number[], y: number[], a: number, b: number): { index: number; distance: number } {
  const dx = x[b] - x[a], dy = y[b] - y[a], square = dx * dx + dy * dy;
  let index = a, most = 0;
  for (let i = a + 1; i < b; i++) {
    const along = square ? Math.min(1, Math.max(0, ((x[i] - x[a]) * dx + (y[i] - y[a]) * dy) / square)) : 0;
    const distance = Math.hypot(x[i] - x[a] - along * dx, y[i] - y[a] - along * dy);
    if (distance > most) [index, most] = [i, distance];
  }
  return { index, distance: most };
}
