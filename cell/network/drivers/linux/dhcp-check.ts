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

/** Of one list. Options are written by tenants, so many bad ones must not cost the host much. */
export const MAX_REFUSED_PORTS = 4;

/**
 * The lines that dnsmasq would refuse: it logs them when it reads the file, and serves the others. One run when all are good, one more for
 * each refused line of a host. With a refused option go all options of its port, in one run. After some such ports the options left are
 * not checked, and not refused here: dnsmasq passes over the bad ones itself. `dir`: where a file for the check may be written.
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
  let ports = 0;
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
      const isOption = bad.setting === 'dhcp-option';
      const gone = isOption ? left.filter(({ setting, mac }) => setting === bad.setting && mac === bad.mac) : [bad];
      refused.push(...gone);
      ports += isOption ? 1 : 0;
      const unchecked = ports === MAX_REFUSED_PORTS ? 'dhcp-option' : null;
      left = left.filter((line) => !gone.includes(line) && line.setting !== unchecked);
    }
  } finally {
    await rm(path, { force: true });
  }
  return refused;
}
