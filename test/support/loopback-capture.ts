import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  const buffer = ['-B', String(128 * 1024)];
  const tcpdump = startProcess('tcpdump', ['-i', 'lo', '-n', '-s', '0', '-Z', 'root', ...buffer, '-w', file, 'tcp']);
  await waitUntil('tcpdump to listen', async () => tcpdump.errors().includes('listening on lo'));
  return {
    stop: async () => {
      await tcpdump.stop('SIGINT');
      const lost = Number(/(\d+) packets dropped by kernel/.exec(tcpdump.errors())?.[1] ?? Number.NaN);
      const streams = tcpStreams(readFileSync(file));
      rmSync(folder, { recursive: true });
      return { streams, lost };
    },
  };
}
