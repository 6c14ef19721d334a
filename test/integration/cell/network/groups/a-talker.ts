import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import type { TestGuest } from '../a-guest.ts';

/** Answers every line of TCP, and every message of UDP, at the ports of its arguments. */
const SERVE = `
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
for (const port of process.argv.slice(1).map(Number)) {
  await once(createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(port, '::'), 'listening');
  for (const type of ['udp4', 'udp6']) {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' });
    socket.on('message', (message, from) => socket.send(message, from.port, from.address));
    await once(socket.bind(port), 'listening');
  }
}
console.log('serving');
`;
/** Ends with 0 when an answer came: kind, address, port, bytes, own port (0: any). */
const ASK = `
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
const [kind, host, port, bytes, own] = process.argv.slice(1);
const message = Buffer.alloc(Number(bytes), 'x');
setTimeout(() => process.exit(1), 900);
if (kind === 'tcp') {
  let got = 0;
  connect({ host, port: Number(port) }).on('error', () => process.exit(2)).on('data', (data) => { got += data.length; if (got >= message.length) process.exit(0); }).end(message);
} else {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (answer) => process.exit(answer.length === message.length ? 0 : 3));
  const send = () => socket.send(message, Number(port), host, () => undefined);
  socket.bind(Number(own), () => { setInterval(send, 250); send(); });
}
`;
/** Sends a number every 20 ms and says which came back. */
const STREAM = `
import { connect } from 'node:net';
const [host, port] = process.argv.slice(1);
const socket = connect({ host, port: Number(port), noDelay: true });
let sent = 0;
socket.on('data', (data) => process.stdout.write(data)).on('error', () => undefined);
setInterval(() => socket.write(++sent + '\\n'), 20);
`;

interface Stream {
  /** How many numbers have come back. */
  count(): number;
  /** Waits until more come back. */
  goesOn(): Promise<void>;
  /** Waits until nothing has come back for as long as 25 numbers take, and says after how many ms the last one came, from the call. */
  ends(): Promise<number>;
  stop(): Promise<void>;
}

export interface Talker extends Omit<TestGuest, 'stop'> {
  serve(...ports: readonly number[]): Promise<void>;
  asks(
    kind: 'tcp' | 'udp',
    address: string,
    port: number,
    options?: { bytes?: number; own?: number },
  ): Promise<boolean>;
  stream(address: string, port: number): Promise<Stream>;
  stop(): Promise<void>;
}

/** A guest with its addresses on, that serves and asks. */
export async function aTalker(binding: DesiredBinding, guest: TestGuest): Promise<Talker> {
  const { namespace } = guest;
  const children: ChildProcess[] = [];
  const start = (script: string, ...args: readonly string[]): ChildProcess => {
    const module = ['--input-type=module', '-e', script, ...args];
    const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, ...module], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };
  await guest.run('ip', 'link', 'set', 'lo', 'up');
  await guest.run('sysctl', '-qw', 'net.ipv6.conf.eth0.accept_dad=0');
  for (const { subnetId, address } of binding.port.fixedIps) {
    const subnet = binding.network.subnets.find(({ id }) => id === subnetId);
    const more = address.includes(':') ? ['nodad'] : [];
    await guest.run('ip', 'address', 'add', `${address}/${subnet?.cidr.split('/')[1]}`, 'dev', 'eth0', ...more);
    if (subnet?.gatewayIp) await guest.run('ip', 'route', 'add', 'default', 'via', subnet.gatewayIp, 'dev', 'eth0');
  }
  return {
    ...guest,
    serve: async (...ports) => {
      const child = start(SERVE, ...ports.map(String));
      if (child.stdout !== null) await once(child.stdout, 'data');
    },
    asks: async (kind, address, port, { bytes = 16, own = 0 } = {}) => {
      const module = ['--input-type=module', '-e', ASK, kind, address, String(port), String(bytes), String(own)];
      return (await guest.run(process.execPath, ...module)).status === 0;
    },
    stream: async (address, port) => {
      const child = start(STREAM, address, String(port));
      let lines = 0;
      let last = 0;
      child.stdout?.on('data', (data: Buffer) => {
        lines += data.toString().split('\n').length - 1;
        last = performance.now();
      });
      const goesOn = async () => {
        const before = lines;
        await waitUntil('more of a stream', () => lines > before + 5, 15_000);
      };
      await goesOn();
      return {
        count: () => lines,
        goesOn,
        ends: async () => {
          const from = performance.now();
          await waitUntil('the end of a stream', () => performance.now() - last > 500, 5_000);
          return last - from;
        },
        stop: () => ended(child),
      };
    },
    stop: async () => {
      await Promise.all(children.map(ended));
      await guest.stop();
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
