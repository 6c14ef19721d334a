import { createServer } from 'node:net';
import { commandLine } from './process-identity.ts';
import { runCommand } from './run-command.ts';

/** Opens the port of the loopback for a moment (0: a free one). @returns its number, or null when somebody else has it. */
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

/** `wanted` when it is free, another one otherwise. */
export async function portNear(wanted: number): Promise<number> {
  const port = (await tryPort(wanted)) ?? (await tryPort(0));
  if (port === null) throw new Error('no TCP port of the loopback is free');
  return port;
}

/** Who listens on the port, as far as it can be told: `/usr/sbin/nginx (pid 812)`. */
export async function holderOf(port: number): Promise<string> {
  const { stdout } = await runCommand('ss', ['-Hltnp', `sport = :${port}`]).catch(() => ({ stdout: '' }));
  const pid = /,pid=(\d+)/.exec(stdout)?.[1];
  return pid === undefined ? 'another process' : `${commandLine(Number(pid)).slice(0, 80)} (pid ${pid})`;
}
