import type { GridLine } from "./simplify_line.ts";

/**
 * Lines along which a field crosses a level, by marching squares with linear interpolation. Higher values lie to one side of each
 * line; lines that leave the grid are open, others return to their start. Cells with a NaN corner have no line.
 *
 * @param field Value at row `i`, column `j`.
 */
export function contourLines(
  field: (i: number, j: number) => number,
  [rows, columns]: readonly [number, number],
  level: number,
): GridLine[] {
  // An edge of the grid is 2 (i columns + j), + 1 if it goes down rather than right. Each line has one way through an edge.
  const next = new Int32Array(2 * rows * columns).fill(-1), entered = new Uint8Array(2 * rows * columns);
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[i * columns + j] = field(i, j) - level;
  const link = (from: number, to: number) => {
    next[from] = to;
    entered[to] = 1;
  };
  for (let i = 0; i + 1 < rows; i++) {
    for (let j = 0; j + 1 < columns; j++) {
      const at = i * columns + j;
      const a = values[at], b = values[at + 1], c = values[at + columns + 1], d = values[at + columns];
      const sum = a + b + c + d;
      if (sum !== sum) continue;
      const top = 2 * at, left = top + 1, right = 2 * (at + 1) + 1, bottom = 2 * (at + columns);
      // Corners at or above the level, clockwise from the top left; the high side is kept to the left of the way.
      switch ((a >= 0 ? 8 : 0) + (b >= 0 ? 4 : 0) + (c >= 0 ? 2 : 0) + (d >= 0 ? 1 : 0)) {
        case 1:
          link(bottom, left);
          break;
        case 2:
          link(right, bottom);
          break;
        case 3:
          link(right, left);
          break;
        case 4:
          link(top, right);
          break;
        case 5:
          if (sum >= 0) link(top, left), link(bottom, right);
          else link(top, right), link(bottom, left);
          break;
        case 6:
          link(top, bottom);
          break;
        case 7:
          link(top, left);
          break;
        case 8:
          link(left, top);
          break;
        case 9:
          link(bottom, top);
          break;
        case 10:
          if (sum >= 0) link(left, bottom), link(right, top);
          else link(left, top), link(right, bottom);
          break;
        case 11:
          link(right, top);
          break;
        case 12:
          link(left, right);
          break;
        case 13:
          link(bottom, right);
          break;
        case 14:
          link(left, bottom);
          break;
      }
    }
  }
  const trace = (start: number): GridLine => {
    const line: GridLine = { x: [], y: [] };
    for (let edge = start; edge >= 0;) {
      const at = edge >> 1, down = edge & 1, other = values[at + (down ? columns : 1)];
      const along = values[at] / (values[at] - other);
      line.x.push(at % columns + (down ? 0 : along));
      line.y.push(Math.floor(at / columns) + (down ? along : 0));
      const following = next[edge];
      next[edge] = -1;
      edge = following;
    }
    return line;
  };
  const lines: GridLine[] = [];
  for (let edge = 0; edge < next.length; edge++) if (next[edge] >= 0 && !entered[edge]) lines.push(trace(edge));
  // What is left are rings. Their first edge has no way on once traced, so the ring ends on it again.
  for (let edge = 0; edge < next.length; edge++) if (next[edge] >= 0) lines.push(trace(edge));
  return lines;
}
