import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './process.ts';
import { type TcpStream, tcpStreams } from './tcp-streams.ts';
import { waitUntil } from './wait-until.ts';

interface LoopbackCapture {
  /** Ends it. @returns every TCP stream of the loopback interface meanwhile, and how many packets the kernel could not keep. */
  stop(): Promise<{ readonly streams: readonly TcpStream[]; readonly lost: number }>;
}

/** Records all that goes over the loopback interface, of all processes of the machine. Needs root and tcpdump. */
export async function captureLoopback(): Promise<LoopbackCapture> {
  const folder = mkdtempSync(join(tmpdir(), 'volvox-capture-'));
  const file = join(folder, 'loopback.pcap');
  const options = ['-U', '-B', String(128 * 1024)];
  const tcpdump = startProcess('tcpdump', ['-i', 'lo', '-n', '-s', '0', '-Z', 'root', ...options, '-w', file, 'tcp']);
  await waitUntil('tcpdump to listen', async () => tcpdump.errors().includes('listening on lo'));
  return {
    stop: async () => {
      // The kernel hands packets over in blocks: what was sent before this is in the file when this is.
      const last = randomBytes(32).toString('hex');
      await sendOnLoopback(last);
      await waitUntil('the capture to be whole', async () => readFileSync(file).includes(last), 30_000, 200);
      await tcpdump.stop('SIGINT');
      const lost = Number(/(\d+) packets dropped by kernel/.exec(tcpdump.errors())?.[1] ?? Number.NaN);
      const streams = tcpStreams(readFileSync(file));
      rmSync(folder, { recursive: true });
      return { streams, lost };
    },
  };
}

async function sendOnLoopback(text: string): Promise<void> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  await new Promise<void>((closed, failed) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.end(text));
    socket.resume().once('close', () => closed());
    socket.once('error', failed);
  });
  await new Promise((closed) => server.close(closed));
}
