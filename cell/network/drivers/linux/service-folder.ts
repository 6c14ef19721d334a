import { chmod, chown, mkdir } from 'node:fs/promises';
import { runCommand } from '../../../agent/run-command.ts';

/** The user that dnsmasq becomes, whose primary group has another name on each distribution. */
export const DHCP_USER = 'nobody';

interface Group {
  readonly name: string;
  readonly gid: number;
}

/** @throws VolvoxError internal when the host has no such user. */
export async function groupOf(user: string): Promise<Group> {
  const [name, gid] = await Promise.all([runCommand('id', ['-gn', user]), runCommand('id', ['-g', user])]);
  return { name: name.trim(), gid: Number(gid) };
}

/** A folder that a service of the agent reads and nobody else enters: guests of other users run on this host. */
export async function makeServiceFolder(dir: string, gid: number): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chown(dir, process.getuid?.() ?? 0, gid);
  await chmod(dir, 0o750);
}
