import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { commandLine } from './process-identity.ts';
import { runCommand } from './run-command.ts';

/** Opens the port of the loopback for a moment. @returns its number, or null when somebody else has it. */
export function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/**
 * Takes the name of a port, for as long as this process runs: another region that starts at the same moment does not choose it before its owner
 * here listens. Names are abstract sockets, which the kernel gives once and takes back when the process ends.
 * @returns false when another process has it.
 */
function claimPort(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const claim = createServer();
    claim.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    claim.listen({ path: `\0volvox-port-${port}` }, () => resolve(true));
    claim.unref();
  });
}

/** Ports that this process has claimed: it may give them again, to a later region of its own. */
const claimed = new Set<number>();

/** Below the range that Linux gives to outgoing connections, so that none of those has a port before its owner starts. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

/** Ports that somebody else will open: from `first` on, `count` of them. */
interface PortBlock {
  readonly first: number;
  readonly count: number;
}

/** Gives free ports, each once, and none of the reserved block. */
export class FreePorts {
  readonly #given = new Set<number>();
  readonly #reserved: PortBlock | null;

  constructor(reserved: PortBlock | null = null) {
    this.#reserved = reserved;
  }

  /** `remembered` when it is free and not reserved (0: none is), another one otherwise. */
  async near(remembered: number): Promise<number> {
    for (let attempt = 0; attempt < 1_000; attempt++) {
      const port = attempt === 0 && remembered !== 0 ? remembered : randomInt(FIRST_PORT, LAST_PORT + 1);
      if (this.#given.has(port) || this.#isReserved(port) || (await tryPort(port)) === null) continue;
      if (!claimed.has(port) && !(await claimPort(port))) continue;
      claimed.add(port);
      this.#given.add(port);
      return port;
    }
    throw new Error(`no TCP port from ${FIRST_PORT} to ${LAST_PORT} is free on the loopback interface`);
  }

  #isReserved(port: number): boolean {
    const block = this.#reserved;
    return block !== null && port >= block.first && port < block.first + block.count;
  }
}

/** Who listens on the port, as far as it can be told: `/usr/sbin/nginx (pid 812)`. */
export async function processOnPort(port: number): Promise<string> {
  const { stdout } = await runCommand('ss', ['-Hltnp', `sport = :${port}`]).catch(() => ({ stdout: '' }));
  const pid = /,pid=(\d+)/.exec(stdout)?.[1];
  return pid === undefined ? 'another process' : `${commandLine(Number(pid)).slice(0, 200)} (pid ${pid})`;
}
