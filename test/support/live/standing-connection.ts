import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { runCommand, tryCommand } from '../../../cell/agent/run-command.ts';
import { waitUntil } from '../wait-until.ts';

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

interface Where {
  /** Of the host that it is plugged into, with the bridge of the network in it. */
  readonly namespace: string;
  readonly bridge: string;
  /** Its own address with the length of the prefix. */
  readonly address: string;
  readonly mtu: number;
}

/** Plugs a machine into the bridge, and connects. It is no guest and no host: a namespace of its own. */
export async function openConnection(where: Where, to: { host: string; port: number }): Promise<StandingConnection> {
  const namespace = `${where.namespace}-client`;
  const end = 'client';
  const remove = () => tryCommand('ip', ['netns', 'delete', namespace]);
  await runCommand('ip', ['netns', 'add', namespace]);
  const answers: Answer[] = [];
  let ended: string | null = null;
  let child: ChildProcess | undefined;
  try {
    const { mtu } = where;
    await runCommand('ip', ['-n', where.namespace, '-batch', '-'], {
      input: `link add ${end} mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ${namespace}
link set dev ${end} master ${where.bridge} up
`,
    });
    await runCommand('ip', ['-n', namespace, '-batch', '-'], {
      input: `address add ${where.address} dev eth0\nlink set dev eth0 up\n`,
    });
    child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', CLIENT, to.host, String(to.port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout === null) throw new Error('the client says nothing');
    createInterface(child.stdout).on('line', (text) => {
      const said: { at: number; line: string } | { ended: string } = JSON.parse(text);
      if ('ended' in said) ended ??= said.ended;
      else answers.push({ atMs: said.at, line: said.line });
    });
    await waitUntil('the first answer', () => answers.length > 0 || ended !== null, 30_000);
  } catch (error) {
    child?.kill();
    await remove();
    throw error;
  }
  const running = child;
  return {
    answers,
    ended: () => ended,
    stop: async () => {
      if (running.exitCode === null) {
        running.kill();
        await once(running, 'exit');
      }
      await remove();
    },
  };
}
