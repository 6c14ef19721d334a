import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { runCommand, tryCommand } from '../../../cell/agent/run-command.ts';
import { anOutside } from '../../integration/cell/network/an-outside.ts';
import { waitUntil } from '../../support/wait-until.ts';

const SERVE = `
const { createServer } = require('node:net');
for (const port of process.argv.slice(1).map(Number))
  createServer((socket) => socket.on('error', () => undefined).end(socket.remoteAddress)).listen(port, () => console.log(port));
`;
const ASK = `
const { connect } = require('node:net');
const [host, port] = process.argv.slice(1);
setTimeout(() => process.exit(1), 900);
connect({ host, port: Number(port) }).on('error', () => process.exit(2)).on('data', () => process.exit(0)).end('hello');
`;

/** Prints the sender of every message. */
const HEAR = `
require('node:dgram').createSocket('udp6').on('message', (_, { address }) => console.log(address)).bind(Number(process.argv[1]), () => console.log('hears'));
`;

/** A machine beyond the hosts, which serves at some ports and asks. Its way to floating addresses leads over this machine. */
export async function outsideMachine(...ports: readonly number[]) {
  const outside = await anOutside();
  await runCommand('ip', ['-n', outside.name, 'route', 'add', 'default', 'via', outside.host]);
  const way6 = ['default', 'via', outside.host6, 'dev', 'eth0', 'src', outside.address6];
  await runCommand('ip', ['-n', outside.name, '-6', 'route', 'add', ...way6]);
  const inside = ['netns', 'exec', outside.name, process.execPath, '-e'];
  const server: ChildProcess = spawn('ip', [...inside, SERVE, ...ports.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (server.stdout !== null) await once(server.stdout, 'data');
  return {
    ...outside,
    /** Whether somebody answers at the port. */
    reaches: async (address: string, port: number): Promise<boolean> =>
      (await tryCommand('ip', [...inside, ASK, address, String(port)], { deadlineMs: 20_000 })).status === 0,
    /** Whose messages come in at the port while `act` is done; it ends when it is content with them. */
    hears: async (port: number, act: (senders: readonly string[]) => Promise<boolean>): Promise<readonly string[]> => {
      const listener = spawn('ip', [...inside, HEAR, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(listener, 'exit');
      let text = '';
      listener.stdout.on('data', (data: Buffer) => {
        text += data.toString();
      });
      const senders = () => text.split('\n').filter((line) => line.includes(':'));
      try {
        await waitUntil('a listener outside', () => text.includes('hears'));
        await waitUntil('messages outside', () => act(senders()));
        return senders();
      } finally {
        listener.kill('SIGKILL');
        await ended;
      }
    },
    stop: async (): Promise<void> => {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await outside.stop();
    },
  };
}
export type OutsideMachine = Awaited<ReturnType<typeof outsideMachine>>;
