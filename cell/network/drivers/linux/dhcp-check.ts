import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { tryCommand } from '../../../agent/run-command.ts';

/** A line of a hosts file, and whose it is. */
export interface DhcpHost {
  readonly mac: string;
  readonly line: string;
}

/**
 * The hosts whose lines dnsmasq would refuse: it logs them when it reads the file, and serves the others. One run when all are good, one more for
 * each refused line. `dir`: where a file for the check may be written.
 * @throws VolvoxError internal when dnsmasq refuses without naming a line.
 */
export async function refusedHosts(
  dnsmasqPath: string,
  dir: string,
  hosts: readonly DhcpHost[],
): Promise<readonly DhcpHost[]> {
  const path = join(dir, 'check.conf');
  const refused: DhcpHost[] = [];
  let left = [...hosts];
  try {
    while (left.length > 0) {
      await writeFile(path, left.map(({ line }) => `dhcp-host=${line}\n`).join(''), { mode: 0o600 });
      const { status, stderr, stdout } = await tryCommand(dnsmasqPath, ['--test', `--conf-file=${path}`]);
      if (status === 0) break;
      const number = Number(/ at line (\d+) of /.exec(stderr)?.[1]);
      const bad = left[number - 1];
      if (bad === undefined) {
        throw new VolvoxError(
          'internal',
          `The DHCP server refuses its hosts: ${(stderr || stdout).trim().slice(-500)}`,
        );
      }
      refused.push(bad);
      left = left.filter((host) => host !== bad);
    }
  } finally {
    await rm(path, { force: true });
  }
  return refused;
}
