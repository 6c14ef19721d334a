import { createInterface } from 'node:readline';
import { waitUntil } from '../wait-until.ts';
import { type PluggedWhere, plugMachine } from './plugged-machine.ts';

/** Asks with a number on a line every EVERY_MS, and tells each answer, and how the connection ended. */
const EVERY_MS = 50;
const CLIENT = `
const socket = require('node:net').connect({ host: process.argv[1], port: Number(process.argv[2]) });
const tell = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
let asked = 0;
let rest = '';
socket.setNoDelay(true);
socket.on('connect', () => setInterval(() => socket.write(++asked + '\\n'), ${EVERY_MS}));
socket.on('data', (data) => {
  const lines = (rest + data).split('\\n');
  rest = lines.pop();
  for (const line of lines) tell({ at: Date.now(), line });
});
socket.on('error', ({ message }) => tell({ ended: message }));
socket.on('close', () => { tell({ ended: 'the connection was closed' }); process.exit(1); });
`;

interface Answer {
  /** When it came, ms since the epoch. */
  readonly atMs: number;
  readonly line: string;
}

/** One TCP connection to a guest, from a machine of its own on its network. */
export interface StandingConnection {
  readonly answers: readonly Answer[];
  /** Why it ended; null: it stands. */
  readonly ended: () => string | null;
  stop(): Promise<void>;
}

/** Plugs a machine into the bridge, and connects. */
export async function openConnection(
  where: PluggedWhere,
  to: { readonly host: string; readonly port: number },
): Promise<StandingConnection> {
  const machine = await plugMachine(where);
  const answers: Answer[] = [];
  let ended: string | null = null;
  try {
    const child = machine.run(CLIENT, to.host, String(to.port));
    if (child.stdout === null) throw new Error('the client says nothing');
    createInterface(child.stdout).on('line', (text) => {
      const said: { at: number; line: string } | { ended: string } = JSON.parse(text);
      if ('ended' in said) ended ??= said.ended;
      else answers.push({ atMs: said.at, line: said.line });
    });
    await waitUntil('the first answer', () => answers.length > 0 || ended !== null, 30_000);
  } catch (error) {
    await machine.remove();
    throw error;
  }
  return { answers, ended: () => ended, stop: () => machine.remove() };
}
