import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** The little of a canvas that plotly.js uses to paint a heatmap: pixels in, PNG out. */
export interface CanvasStandIn {
  /** The 2d context; every other kind is refused with null, as a browser without it would. */
  getContext(kind: string): ContextStandIn | null;
  /** The pixels so far as a PNG data URL. */
  toDataURL(): string;
}

/** The methods of a 2d context that plotly.js calls for a heatmap. */
export interface ContextStandIn {
  /** Colour of the next rectangle. */
  fillStyle: string;
  /** Paints a rectangle, in pixels. */
  fillRect(x: number, y: number, width: number, height: number): void;
  /** New transparent pixels. */
  createImageData(width: number, height: number): { width: number; height: number; data: Uint8ClampedArray };
  /** Copies pixels to a place on the canvas. */
  putImageData(image: { width: number; height: number; data: Uint8ClampedArray }, x: number, y: number): void;
}

/** Makes a canvas that paints without a browser. `size` is asked late, because plotly.js sizes its canvas after making it. */
export function createCanvas(size: () => { width: number; height: number }): CanvasStandIn {
  let width = 0, height = 0, pixels = new Uint8ClampedArray(0);
  const fit = () => {
    const now = size();
    if (now.width === width && now.height === height) return;
    ({ width, height } = now);
    pixels = new Uint8ClampedArray(4 * width * height);
  };
  const context: ContextStandIn = {
    fillStyle: "rgba(0,0,0,1)",
    fillRect(x, y, w, h) {
      fit();
      const [r, g, b, alpha] = parseColor(context.fillStyle);
      for (let j = Math.max(0, y); j < Math.min(height, y + h); j++) {
        for (let i = Math.max(0, x); i < Math.min(width, x + w); i++) pixels.set([r, g, b, alpha], 4 * (j * width + i));
      }
    },
    createImageData: (w, h) => ({ width: w, height: h, data: new Uint8ClampedArray(4 * w * h) }),
    putImageData(image, x, y) {
      fit();
      for (let j = 0; j < Math.min(image.height, height - y); j++) {
        const row = image.data.subarray(4 * j * image.width, 4 * (j * image.width + Math.min(image.width, width - x)));
        pixels.set(row, 4 * ((j + y) * width + x));
      }
    },
  };
  return {
    getContext: (kind) => kind === "2d" ? context : null,
    toDataURL() {
      fit();
      return `data:image/png;base64,${encodePng(pixels, width, height).toString("base64")}`;
    },
  };
}

function parseColor(style: string): [number, number, number, number] {
  const [r, g, b, alpha = 1] = (style.match(/[\d.]+/g) ?? ["0", "0", "0", "0"]).map(Number);
  return [r, g, b, Math.round(255 * alpha)];
}

/** RGBA pixels as a PNG file, each line coded as its difference from the line above, which suits smooth maps. */
function encodePng(pixels: Uint8ClampedArray, width: number, height: number): Buffer {
  const stride = 4 * width, raw = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    raw[y * (stride + 1)] = 2;
    for (let i = 0; i < stride; i++) {
      raw[y * (stride + 1) + 1 + i] = pixels[y * stride + i] - (y ? pixels[(y - 1) * stride + i] : 0);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(raw)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]), length = Buffer.alloc(4), check = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
