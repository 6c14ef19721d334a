import { readFile } from 'node:fs/promises';
import { runCommand } from '../../../cell/agent/run-command.ts';

/** kill -9 of the DHCP servers in these namespaces. @returns how many there were. */
export async function killDhcpServers(namespaces: readonly string[]): Promise<number> {
  let killed = 0;
  for (const namespace of namespaces) {
    const pids = (await runCommand('ip', ['netns', 'pids', namespace])).split('\n').filter((line) => line !== '');
    for (const pid of pids.map(Number)) {
      if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'dnsmasq') continue;
      process.kill(pid, 'SIGKILL');
      killed++;
    }
  }
  return killed;
}
