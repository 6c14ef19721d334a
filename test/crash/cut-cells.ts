import { setTimeout as delay } from 'node:timers/promises';
import type { LocalRegion } from '../../deploy/local/region.ts';
import { runCommand } from '../../deploy/local/run-command.ts';

/**
 * Cuts the connection between the cells for `ms`: every packet to or from the port at which a cell's hosts give disks to others is
 * dropped, without an answer, also of connections that stand. By a table of nftables of its own, which goes in any case. Needs root.
 */
export async function cutCells(region: LocalRegion, ms: number, release: () => Promise<void>): Promise<void> {
  const table = `volvox-cut-${process.pid}`;
  const ports = region.settings.cells.map(({ computePort }) => computePort).join(', ');
  const rules = [
    `add table inet ${table}`,
    `add chain inet ${table} cut { type filter hook output priority 0; }`,
    `add rule inet ${table} cut tcp dport { ${ports} } drop`,
    `add rule inet ${table} cut tcp sport { ${ports} } drop`,
  ];
  try {
    await runCommand('nft', [rules.join('\n')]);
    await release();
    await delay(ms);
  } finally {
    await runCommand('nft', [`delete table inet ${table}`]);
  }
}
