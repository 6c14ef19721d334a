import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { tryCommand } from '../../../agent/run-command.ts';

/** A line of a file of hosts or of options, and whose it is. */
export interface DhcpLine {
  readonly mac: string;
  /** What the line would be the value of in a configuration. */
  readonly setting: 'dhcp-host' | 'dhcp-option';
  readonly line: string;
}

/**
 * The lines that dnsmasq would refuse: it logs them when it reads the file, and serves the others. One run when all are good, one more for
 * each refused line. `dir`: where a file for the check may be written.
 * @throws VolvoxError internal when dnsmasq refuses without naming a line.
 */
export async function refusedLines(
  dnsmasqPath: string,
  dir: string,
  hosts: readonly DhcpLine[],
): Promise<readonly DhcpLine[]> {
  const path = join(dir, 'check.conf');
  const refused: DhcpLine[] = [];
  let left = [...hosts];
  try {
    while (left.length > 0) {
      await writeFile(path, left.map(({ setting, line }) => `${setting}=${line}\n`).join(''), { mode: 0o600 });
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
