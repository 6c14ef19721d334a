import type { Dispatcher } from 'undici';
import { BadAnswer } from './bad-answer.ts';

type Answer = Pick<Dispatcher.ResponseData, 'headers' | 'body'>;

/**
 * The text of an answer, of which never more than `maxBytes` is kept, whatever the peer sends. An answer that announces more is not read.
 * @throws BadAnswer when the answer is longer.
 */
export async function readAnswer({ headers, body }: Answer, maxBytes: number): Promise<string> {
  const announced = headers['content-length'];
  // The HTTP client reads no more of a body than was announced.
  if (announced !== undefined && Number(announced) <= maxBytes) return body.text();
  const chunks: Buffer[] = [];
  let bytes = announced === undefined ? 0 : Number.POSITIVE_INFINITY;
  if (bytes === 0) {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  }
  if (bytes <= maxBytes) return Buffer.concat(chunks).toString('utf8');
  // Ends the connection: nobody reads the rest.
  body.on('error', () => undefined).destroy();
  throw new BadAnswer(`it has more than ${maxBytes} bytes`);
}
