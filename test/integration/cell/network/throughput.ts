import { waitUntil } from '../../../support/wait-until.ts';
import type { TestGuest } from './a-guest.ts';

/** Takes one connection, and prints how many bytes came a second; listens until then. */
const TAKE = `
const server = require('node:net').createServer((socket) => {
  let bytes = 0;
  const begun = performance.now();
  socket.on('data', (chunk) => { bytes += chunk.length; });
  socket.on('error', () => {});
  socket.on('close', () => {
    console.log(bytes / ((performance.now() - begun) / 1000));
    process.exit(0);
  });
});
server.listen(Number(process.argv[1]), '0.0.0.0');
`;
/** Sends as much as passes, for as many milliseconds. */
const SEND = `
const socket = require('node:net').connect(Number(process.argv[2]), process.argv[1]);
socket.on('error', () => process.exit(1));
const chunk = Buffer.alloc(65536);
const more = () => { while (socket.write(chunk)); };
socket.on('connect', () => {
  socket.on('drain', more);
  more();
  setTimeout(() => { socket.resetAndDestroy(); process.exit(0); }, Number(process.argv[3]));
});
`;
/** Counts datagrams until none has come for half a second since the first. */
const COUNT = `
const socket = require('node:dgram').createSocket('udp4');
let count = 0;
let quiet;
socket.on('message', () => {
  count++;
  clearTimeout(quiet);
  quiet = setTimeout(() => { console.log(count); process.exit(0); }, 500);
});
socket.bind(Number(process.argv[1]), '0.0.0.0');
`;
const BURST = `
const socket = require('node:dgram').createSocket('udp4');
let left = Number(process.argv[3]);
for (let n = left; n > 0; n--)
  socket.send('x', Number(process.argv[2]), process.argv[1], () => { if (--left === 0) process.exit(0); });
`;

const listens = (guest: TestGuest, proto: 't' | 'u', port: number) =>
  waitUntil('the listener', async () => {
    const { stdout } = await guest.run('ss', `-Hln${proto}`);
    return stdout.includes(`:${port} `);
  });

/** Bytes each second that TCP carries from one guest to the address of another, over two seconds. */
export async function throughput(from: TestGuest, to: TestGuest, address: string, port = 5_001): Promise<number> {
  const taken = to.run(process.execPath, '-e', TAKE, String(port));
  await listens(to, 't', port);
  const sent = await from.run(process.execPath, '-e', SEND, address, String(port), '2000');
  if (sent.status !== 0) throw new Error(`nothing was sent: ${JSON.stringify(sent)}`);
  const { stdout, stderr, status } = await taken;
  if (status !== 0) throw new Error(`nothing was taken: ${stderr}`);
  return Number(stdout);
}

/** How many of so many datagrams that are sent at once arrive. */
export async function arriving(from: TestGuest, to: TestGuest, address: string, sent: number): Promise<number> {
  const port = 5_002;
  const counted = to.run(process.execPath, '-e', COUNT, String(port));
  await listens(to, 'u', port);
  await from.run(process.execPath, '-e', BURST, address, String(port), String(sent));
  return Number((await counted).stdout);
}
