import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';

const ANSWER_MS = 10_000;
const ECHO_MS = 4_000;
/** Ctrl-C: what the shell was given before, and lost while it was halted, is no part of the next line. */
const INTERRUPT = '\x03';
/** What the guest image says by itself, between other lines. */
const TICK = /volvox-guest: tick, up [\d.]+ s\n/g;

/** The QEMU process of a server, as it is on its host. */
export interface Machine {
  readonly pid: number;
  /** Its command line. */
  readonly args: readonly string[];
  /** Its folder: disks, console log, sockets. */
  readonly folder: string;
}

/** The machines of a server that run now: two during a live migration, none of one that is stopped. */
export function machinesOf(server: string): Machine[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const args = unlessGone(() => readFileSync(join('/proc', name, 'cmdline'), 'utf8').split('\0'));
      if (args === null || args[args.indexOf('-uuid') + 1] !== server || !args.includes('-smbios')) return [];
      const folder = unlessGone(() => readlinkSync(join('/proc', name, 'cwd')));
      return folder === null ? [] : [{ pid: Number(name), args, folder }];
    });
}

function unlessGone<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/**
 * Has the guest's shell, which reads its serial port, run a command.
 * @returns what it printed. @throws when the guest does not answer.
 */
export async function askGuest({ folder }: Machine, command: string): Promise<string> {
  const mark = `@@${process.hrtime.bigint()}`;
  const [begin, end] = [`${mark}-begin`, `${mark}-end`];
  const socket = createConnection(join(folder, 'run/serial.sock'));
  try {
    return await new Promise((resolve, reject) => {
      let heard = '';
      socket.on('error', reject);
      // The guest may say other things meanwhile.
      AbortSignal.timeout(ANSWER_MS).addEventListener('abort', () => {
        reject(new Error(`the guest does not answer ${command}; it said ${heard}`));
      });
      socket.on('data', (text: Buffer) => {
        heard += text.toString().replaceAll('\r', '');
        const from = heard.indexOf(`${begin}\n`);
        const until = heard.indexOf(`${end}\n`);
        if (from >= 0 && until >= 0) resolve(heard.slice(from + begin.length + 1, until).replaceAll(TICK, ''));
      });
      // The shell's echo of this line has quotes within the marks.
      const broken = (text: string): string => `"${text.slice(0, 4)}""${text.slice(4)}"`;
      socket.write(`${INTERRUPT}echo ${broken(begin)}; { ${command}; } 2>&1; echo ${broken(end)}\n`);
    });
  } finally {
    socket.destroy();
  }
}

/** Whether the guest's shell says anything to an empty line. */
export async function isAwake({ folder }: Machine): Promise<boolean> {
  const socket = createConnection(join(folder, 'run/serial.sock'));
  try {
    return await new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.setTimeout(ECHO_MS, () => resolve(false));
      socket.once('data', () => resolve(true));
      socket.write('\n');
    });
  } finally {
    socket.destroy();
  }
}
