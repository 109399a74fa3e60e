/** Puts a length before a message, so that messages can follow one another in a stream. */
export function frame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(4 + message.byteLength);
  new DataView(framed.buffer).setUint32(0, message.byteLength, true);
  framed.set(message, 4);
  return framed;
}

/** Reads the messages of a stream that {@linkcode frame} wrote. A message cut short by the end of the stream is dropped. */
export async function* frames(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [], held = 0;
  for await (const part of stream) {
    parts.push(part);
    held += part.byteLength;
    while (held >= 4) {
      if (parts[0].byteLength < 4) parts = [join(parts, held)];
      const { buffer, byteOffset } = parts[0];
      const length = new DataView(buffer, byteOffset).getUint32(0, true);
      if (held < 4 + length) break;
      const bytes = join(parts, held);
      yield bytes.slice(4, 4 + length); // a copy of its own: typed arrays in it must be aligned and may be kept
      parts = [bytes.subarray(4 + length)];
      held -= 4 + length;
    }
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
