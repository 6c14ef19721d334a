import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * `node resuming-client.ts URL`: fetches a file as `curl --continue-at` does when it is called until it succeeds. A connection that is silent is
 * given up, and the next one asks for the rest. Writes what it has got, as lines of JSON.
 */
const [url = ''] = process.argv.slice(2);
const SILENT_MS = 2_000;
const AGAIN_MS = 200;

const sum = createHash('sha256');
let bytes = 0;
let size = Number.POSITIVE_INFINITY;
/** From which byte on each connection that was answered has sent. */
const from: number[] = [];

const report = (end: string | null): void => console.log(JSON.stringify({ bytes, from, sum: end }));

/** One connection, until it ends in whatever way. */
const fetchRest = (): Promise<void> =>
  new Promise((resolve) => {
    const asked = get(url, {
      headers: bytes === 0 ? {} : { range: `bytes=${bytes}-` },
      timeout: SILENT_MS,
      agent: false,
    });
    asked
      .on('timeout', () => asked.destroy())
      .on('error', () => resolve())
      .on('close', () => resolve())
      .on('response', (answer) => {
        const { statusCode, headers } = answer;
        const isRest = bytes === 0 ? statusCode === 200 : headers['content-range']?.startsWith(`bytes ${bytes}-`);
        if (isRest !== true) throw new Error(`asked for ${bytes}-, got ${statusCode} ${headers['content-range']}`);
        size = bytes + Number(headers['content-length']);
        from.push(bytes);
        answer
          .on('error', () => undefined)
          .on('data', (data: Buffer) => {
            sum.update(data);
            bytes += data.length;
          });
      });
  });

const reports = setInterval(() => report(null), 100);
while (bytes < size) {
  await fetchRest();
  if (bytes < size) await delay(AGAIN_MS);
}
clearInterval(reports);
report(sum.digest('hex'));
