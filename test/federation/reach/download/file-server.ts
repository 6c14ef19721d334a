import { createServer, type ServerResponse } from 'node:http';
import { contentAt, FILE_BYTES } from './served-file.ts';

/** `node file-server.ts PORT BYTES_PER_SECOND`: serves the file, whole or from an offset, to each client at that rate. */
const [port, rate] = process.argv.slice(2).map(Number) as [number, number];
const TICK_MS = 50;

createServer((request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from === 0 ? 200 : 206, {
    'content-length': FILE_BYTES - from,
    'accept-ranges': 'bytes',
    ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${FILE_BYTES - 1}/${FILE_BYTES}` }),
  });
  send(response, from);
}).listen(port, '0.0.0.0', () => console.log('serving'));

function send(response: ServerResponse, from: number): void {
  let at = from;
  let isFull = false;
  const timer = setInterval(() => {
    if (isFull) return;
    const length = Math.min(Math.ceil((rate * TICK_MS) / 1_000), FILE_BYTES - at);
    isFull = !response.write(contentAt(at, length));
    at += length;
    if (at === FILE_BYTES) response.end();
    if (at === FILE_BYTES) clearInterval(timer);
  }, TICK_MS);
  response
    .on('drain', () => {
      isFull = false;
    })
    .on('close', () => clearInterval(timer));
}
