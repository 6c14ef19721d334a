import { createInterface } from 'node:readline';
import { waitUntil } from '../wait-until.ts';
import type { PluggedMachine } from './plugged-machine.ts';

/** Begins a connection every 20 ms, waits 200 ms for each, and tells when one stood. */
const SCRIPT = `
const { connect } = require('node:net');
setInterval(() => {
  const socket = connect({ host: process.argv[1], port: Number(process.argv[2]) });
  const beganAt = Date.now();
  socket.setTimeout(200, () => socket.destroy());
  socket.on('connect', () => { process.stdout.write(JSON.stringify({ beganAt }) + '\\n'); socket.destroy(); });
  socket.on('error', () => undefined);
}, 20);
process.stdout.write('{}\\n');
`;

/** New connections that a machine tries to begin, again and again. */
export interface ConnectionAttempts {
  /** When the last one began that stood, ms since the epoch; null: none did. */
  readonly lastAtMs: () => number | null;
}

/** Resolves when the machine tries. It ends with the machine. */
export async function attemptConnections(
  machine: PluggedMachine,
  to: { readonly host: string; readonly port: number },
): Promise<ConnectionAttempts> {
  let last: number | null = null;
  let begun = false;
  const child = machine.run(SCRIPT, to.host, String(to.port));
  if (child.stdout === null) throw new Error('the client says nothing');
  createInterface(child.stdout).on('line', (text) => {
    begun = true;
    const { beganAt } = JSON.parse(text) as { beganAt?: number };
    if (beganAt !== undefined) last = Math.max(last ?? 0, beganAt);
  });
  await waitUntil('the machine to try', () => begun, 30_000);
  return { lastAtMs: () => last };
}
