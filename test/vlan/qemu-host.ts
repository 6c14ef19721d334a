import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type RunningProcess, startProcess } from '../support/process.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { CloudKernel } from './cloud-kernel.ts';
import type { Answer, HostCalls } from './host-calls.ts';
import { lineReader } from './lines.ts';

/** The machine is emulated: what takes a second on this machine may take minutes, when it is busy. */
const TIMEOUT_MS = 600_000;
/** Of QEMU until 7.2, and of its own package since. */
const VIRTIOFSD = ['/usr/lib/qemu/virtiofsd', '/usr/libexec/virtiofsd'];
const TREE = join(import.meta.dirname, '../..');
const PROGRAM = join(import.meta.dirname, 'host-program.ts');

interface HostPlan {
  readonly name: string;
  readonly mac: string;
  readonly kernel: CloudKernel;
  /** File of the first root. */
  readonly archive: string;
  /** For its sockets, its console and its capture. */
  readonly folder: string;
  /** The socket file by which its card is joined to that of the other host. */
  readonly wire: string;
  readonly end: 'listens' | 'connects';
}

export interface QemuHost {
  readonly name: string;
  call<K extends keyof HostCalls>(name: K, ...argument: Parameters<HostCalls[K]>): ReturnType<HostCalls[K]>;
  /** What went over its network card so far, both ways: a pcap file. */
  capture(): Buffer;
  stop(): Promise<void>;
}

/** Boots a machine with the root of this one and a kernel of Debian's, and waits until the program of the harness runs in it. */
export async function startQemuHost(plan: HostPlan): Promise<QemuHost> {
  const [disk, port, console, capture] = ['root.sock', 'port.sock', 'console.txt', 'card.pcap'].map((name) =>
    join(plan.folder, `${plan.name}-${name}`),
  ) as [string, string, string, string];
  const virtiofsd = VIRTIOFSD.find(existsSync);
  if (virtiofsd === undefined) throw new Error(`none of ${VIRTIOFSD.join(', ')} is there`);
  // Another root of the same file system cannot be the root of a mount namespace of its own.
  const shares = ['-o', 'source=/', '-o', 'cache=always', '-o', 'sandbox=chroot'];
  const files = startProcess(virtiofsd, [`--socket-path=${disk}`, ...shares]);
  const started: RunningProcess[] = [files];
  let socket: Socket | undefined;
  const stop = async (): Promise<void> => {
    socket?.destroy();
    for (const one of started.reverse()) await one.stop();
  };
  const words = (): string => started.map((one) => one.errors()).join('') + tail(console);
  try {
    await waitUntil('the file server', () => existsSync(disk));
    if (plan.end === 'connects') await waitUntil('the card of the other host', () => existsSync(plan.wire));
    const qemu = startProcess('qemu-system-x86_64', machineArguments(plan, { disk, port, console, capture }));
    started.push(qemu);
    const [calls, taken] = lineCalls(() => {
      if (qemu.child.exitCode !== null) throw new Error(`${plan.name} has ended: ${words()}`);
    });
    socket = await waitUntil('the port of the machine', () => tryConnect(port));
    socket.on('data', taken).on('error', () => undefined);
    const at = socket;
    await calls.greeted().catch((error: unknown) => {
      throw new Error(`${plan.name} did not come up: ${words()}`, { cause: error });
    });
    return {
      name: plan.name,
      call: ((name: keyof HostCalls, argument: unknown) =>
        calls.ask(name, argument, (line) => void at.write(line))) as QemuHost['call'],
      capture: () => readFileSync(capture),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function machineArguments(
  { mac, kernel, archive, wire, end }: HostPlan,
  paths: { disk: string; port: string; console: string; capture: string },
): readonly string[] {
  const given = {
    ...{ volvox_release: kernel.release, volvox_modules: kernel.modules },
    ...{ volvox_tree: TREE, volvox_node: process.execPath, volvox_program: PROGRAM },
  };
  const words = Object.entries(given).map(([name, value]) => {
    if (/\s/.test(value)) throw new Error(`a kernel takes no path with a space: ${value}`);
    return `${name}=${value}`;
  });
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-machine', 'q35', '-accel', 'tcg', '-cpu', 'max', '-m', '1G'],
    // The file server and the machine share its memory.
    ...['-object', 'memory-backend-memfd,id=memory,size=1G,share=on', '-numa', 'node,memdev=memory'],
    ...['-chardev', `socket,id=root,path=${paths.disk}`, '-device', 'vhost-user-fs-pci,chardev=root,tag=root'],
    ...['-netdev', `stream,id=wire,server=${end === 'listens' ? 'on' : 'off'},addr.type=unix,addr.path=${wire}`],
    ...['-device', `virtio-net-pci,netdev=wire,mac=${mac},romfile=`],
    ...['-object', `filter-dump,id=capture,netdev=wire,file=${paths.capture}`],
    ...['-chardev', `socket,id=port,server=on,wait=off,path=${paths.port}`],
    ...['-device', 'virtio-serial-pci', '-device', 'virtserialport,chardev=port,name=org.volvox.test'],
    ...['-serial', `file:${paths.console}`],
    ...['-kernel', kernel.image, '-initrd', archive],
    // On a busy machine the timer of an emulated one does not tick while the kernel checks that it does.
    ...['-append', ['console=ttyS0', 'quiet', 'panic=-1', 'no_timer_check', 'net.ifnames=0', ...words].join(' ')],
  ];
}

const tail = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8').slice(-4_000) : '');

function tryConnect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Questions and answers, a line each. `check` throws when no answer can come any more. */
function lineCalls(check: () => void) {
  const answers = new Map<number, Answer>();
  let last = 0;
  const answerTo = (id: number): Promise<Answer> =>
    waitUntil(
      `answer ${id}`,
      () => {
        const answer = answers.get(id);
        if (answer === undefined) check();
        return answer;
      },
      TIMEOUT_MS,
      50,
    );
  const calls = {
    /** The program says that it is there before it is asked. */
    greeted: () => answerTo(0),
    ask: async (name: keyof HostCalls, argument: unknown, send: (line: string) => void): Promise<unknown> => {
      const id = ++last;
      send(`${JSON.stringify({ id, name, argument })}\n`);
      const answer = await answerTo(id);
      if ('error' in answer) throw new Error(`${name}: ${answer.error}`);
      return answer.value;
    },
  };
  const taken = lineReader((line) => {
    const answer = JSON.parse(line) as Answer;
    answers.set(answer.id, answer);
  });
  return [calls, taken] as const;
}
