import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../../deploy/local/run-command.ts';

/**
 * Drops every packet to or from these ports of the loopback for `ms`, without an answer, also of connections that stand; `release` is called
 * as soon as that is so. By a table of nftables of its own, which goes in any case. Needs root.
 */
export async function dropPackets(ports: readonly number[], ms: number, release: () => Promise<void>): Promise<void> {
  const table = `volvox-drop-${process.pid}`;
  const set = `{ ${ports.join(', ')} }`;
  const rules = [
    `add table inet ${table}`,
    `add chain inet ${table} drops { type filter hook output priority 0; }`,
    `add rule inet ${table} drops tcp dport ${set} drop`,
    `add rule inet ${table} drops tcp sport ${set} drop`,
  ];
  try {
    await runCommand('nft', [rules.join('\n')]);
    await release();
    await delay(ms);
  } finally {
    await runCommand('nft', [`delete table inet ${table}`]);
  }
}
