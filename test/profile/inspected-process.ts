import { readFileSync, statSync } from 'node:fs';
import { WebSocket } from 'ws';
import { waitUntil } from '../support/wait-until.ts';
import type { CpuProfile } from './self-times.ts';

/** Let a process choose the port of its inspector. It listens only after SIGUSR1. */
export const INSPECTABLE = '--inspect-port=0';

const LISTENING_MS = 10_000;
/** A sample every so many µs. */
const INTERVAL_US = 500;

/** A Node process whose inspector is open. It goes on while it is profiled. */
export interface InspectedProcess {
  startProfile(): Promise<void>;
  stopProfile(): Promise<CpuProfile>;
  close(): void;
}

/** `log`: where its standard error goes; Node writes the address of the inspector there. */
export async function inspect(pid: number, log: string): Promise<InspectedProcess> {
  const before = statSync(log).size;
  process.kill(pid, 'SIGUSR1');
  const url = await waitUntil(
    `the inspector of ${log}`,
    async () => /Debugger listening on (ws:\S+)/.exec(readFileSync(log).subarray(before).toString())?.[1] ?? null,
    LISTENING_MS,
  );
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 2 ** 30 });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  let last = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      const hear = (data: Buffer): void => {
        const answer = JSON.parse(data.toString()) as { id?: number; result?: unknown; error?: { message: string } };
        if (answer.id !== id) return;
        socket.off('message', hear);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(`${method}: ${answer.error.message}`));
      };
      socket.on('message', hear);
      socket.once('close', () => reject(new Error(`${method}: the process ended`)));
      socket.send(JSON.stringify({ id, method, params }));
    });
  await ask('Profiler.enable');
  await ask('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  return {
    startProfile: async () => void (await ask('Profiler.start')),
    stopProfile: async () => ((await ask('Profiler.stop')) as { profile: CpuProfile }).profile,
    close: () => socket.close(),
  };
}
