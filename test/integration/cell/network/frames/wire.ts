import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';

/** The other end of a tap, as the network card of a guest has it. */
export interface Wire {
  send(frame: Buffer): void;
  /** Frames that came out of the tap since the last call. */
  taken(): readonly Buffer[];
}

interface Wires {
  readonly wires: readonly Wire[];
  stop(): Promise<void>;
}

/**
 * Opens taps as a hypervisor does: QEMU without a machine joins each tap to a socket of this process. So a frame takes the way that a
 * frame of a guest takes, and any frame can be sent, without a program that makes packets.
 */
export async function openWires(namespace: string, taps: readonly string[]): Promise<Wires> {
  const hub = (tap: string, at: number) => [
    ...['-netdev', `tap,id=tap${at},ifname=${tap},script=no,downscript=no,vnet_hdr=off`],
    ...['-netdev', `socket,id=wire${at},fd=${at + 3}`],
    ...['-netdev', `hubport,id=left${at},hubid=${at},netdev=tap${at}`],
    ...['-netdev', `hubport,id=right${at},hubid=${at},netdev=wire${at}`],
  ];
  const machine = ['-machine', 'none', '-nodefaults', '-display', 'none', '-monitor', 'none', '-serial', 'none'];
  const child = spawn('ip', ['netns', 'exec', namespace, 'qemu-system-x86_64', ...machine, ...taps.flatMap(hub)], {
    stdio: ['ignore', 'ignore', 'pipe', ...taps.map(() => 'pipe' as const)],
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const wires = taps.map((_, at) => {
    const wire = child.stdio[at + 3];
    if (wire === null || wire === undefined || !('write' in wire)) throw new Error('a pipe of QEMU is missing');
    return aWire(wire as Duplex, () => words);
  });
  return {
    wires,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** QEMU's framing of a stream: the length in 4 bytes, then the frame. */
function aWire(stream: Duplex, words: () => string): Wire {
  let rest = Buffer.alloc(0);
  let frames: Buffer[] = [];
  let lost: Error | null = null;
  stream.on('error', (cause) => {
    lost = new Error(`QEMU does not take frames: ${words()}`, { cause });
  });
  stream.on('close', () => {
    lost ??= new Error(`QEMU has ended: ${words()}`);
  });
  stream.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      frames.push(Buffer.from(rest.subarray(4, end)));
      rest = rest.subarray(end);
    }
  });
  return {
    send: (frame) => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(frame.length);
      stream.write(Buffer.concat([head, frame]));
    },
    taken: () => {
      if (lost !== null) throw lost;
      const taken = frames;
      frames = [];
      return taken;
    },
  };
}
