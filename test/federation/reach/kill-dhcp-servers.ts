import { readFile } from 'node:fs/promises';
import { tryCommand } from '../../../cell/agent/run-command.ts';

/** kill -9 of the DHCP servers in these namespaces; one that has gone has none. @returns how many there were. */
export async function killDhcpServers(namespaces: readonly string[]): Promise<number> {
  let killed = 0;
  for (const namespace of namespaces) {
    const pids = (await tryCommand('ip', ['netns', 'pids', namespace])).stdout
      .split('\n')
      .filter((line) => line !== '');
    for (const pid of pids.map(Number)) {
      if ((await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim() !== 'dnsmasq') continue;
      process.kill(pid, 'SIGKILL');
      killed++;
    }
  }
  return killed;
}
