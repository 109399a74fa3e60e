import { frame } from "../frames.ts";
import type { Span } from "../task.ts";

// What a shard writes to its output: frames (see frames.ts), the first byte of which tells what they are. No codec is needed to
// read it, so that other languages may: a mark and a length, 4 bytes each, then that many bytes; all numbers little-endian.

/** So many simulations are done in all: a float64 follows. */
const PROGRESS = 1;
/** The result, and the end: its bytes follow. */
const RESULT = 2;
/** The mark and the length. */
const HEAD = 8;

/** A frame that tells how many simulations are done. */
export function progressFrame(done: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(9);
  body[0] = PROGRESS;
  new DataView(body.buffer).setFloat64(1, done, true);
  return frame(body);
}

/** A frame that carries the result. */
export function resultFrame(result: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(1 + result.byteLength);
  body[0] = RESULT;
  body.set(result, 1);
  return frame(body);
}

/** What a shard has written so far: the simulations that are done, and the result once it is there. */
export function readShardStream(bytes: Uint8Array): { done: number; result?: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let done = 0;
  for (let at = 0; at + HEAD < bytes.byteLength;) {
    const length = view.getUint32(at + 4, true), body = at + HEAD;
    if (length === 0 || body + length > bytes.byteLength) break;
    if (bytes[body] === RESULT) return { done, result: bytes.subarray(body + 1, body + length) };
    if (bytes[body] !== PROGRESS || length !== 9) break;
    done = view.getFloat64(body + 1, true);
    at = body + length;
  }
  return { done };
}

/** What a single message of a shard's says, as `frames` reads it. @throws {Error} If it is none of a shard's. */
export function readShardMessage(message: Uint8Array): { done: number } | { result: Uint8Array } {
  if (message[0] === RESULT) return { result: message.subarray(1) };
  if (message[0] !== PROGRESS || message.byteLength !== 9) {
    throw new Error("A message is neither progress nor a result");
  }
  return { done: new DataView(message.buffer, message.byteOffset).getFloat64(1, true) };
}

/** The span that a shard which is tied to its input runs next: two float64, its first simulation and how many. */
export function readSpan(message: Uint8Array): Span {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  return { start: view.getFloat64(0, true), count: view.getFloat64(8, true) };
}
