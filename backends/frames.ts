/** Begins every frame, so that anything else in the stream is noticed. */
const MAGIC = 0x4d4f524c;
const HEAD = 8;

/** Puts a mark and a length before a message, so that messages can follow one another in a stream. */
export function frame(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(HEAD + message.byteLength);
  const head = new DataView(framed.buffer);
  head.setUint32(0, MAGIC, true);
  head.setUint32(4, message.byteLength, true);
  framed.set(message, HEAD);
  return framed;
}

/**
 * Reads the messages of a stream that {@linkcode frame} wrote. A message cut short by the end of the stream is dropped.
 *
 * @throws {Error} If something else is in the stream.
 */
export async function* frames(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [], held = 0;
  for await (const part of stream) {
    parts.push(part);
    held += part.byteLength;
    while (held >= HEAD) {
      if (parts[0].byteLength < HEAD) parts = [join(parts, held)];
      const { buffer, byteOffset } = parts[0];
      const head = new DataView(buffer, byteOffset);
      if (head.getUint32(0, true) !== MAGIC) throw new Error("The stream holds something that is not a message");
      const length = head.getUint32(4, true);
      if (held < HEAD + length) break;
      const bytes = join(parts, held);
      yield bytes.subarray(HEAD, HEAD + length);
      parts = [bytes.subarray(HEAD + length)];
      held -= HEAD + length;
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
