import { requireWhole } from "../random/mod.ts";
import { Figure, type FigureInit, type FigureRoom } from "./figure.ts";

/** Sizes of a kind of figure, in pixels. */
export interface FigureSizes {
  /** Where the options name none. */
  usual?: { width: number; height: number };
  /** Below that it cannot be read. */
  least?: { width: number; height: number };
}

/**
 * Makes a figure that can be drawn again at another size, at first that of its options.
 *
 * @throws {InvalidArgumentError} If it would be too small.
 */
export function drawAnySize(
  options: { width?: number; height?: number },
  draw: (room: FigureRoom) => FigureInit,
  { usual = { width: 900, height: 520 }, least = { width: 320, height: 240 } }: FigureSizes = {},
): Figure {
  const drawIn = (room: FigureRoom) => {
    // A page is as small as it is.
    requireWhole("width", room.width, room.narrowest === undefined ? least.width : 1);
    requireWhole("height", room.height, room.narrowest === undefined ? least.height : 1);
    return draw(room);
  };
  const { width = usual.width, height = usual.height } = options;
  return new Figure({ ...drawIn({ width, height }), draw: drawIn });
}
