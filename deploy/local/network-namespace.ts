import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Home } from './home.ts';
import { runCommand } from './run-command.ts';
import type { CellSettings } from './settings.ts';

/** The network namespace of a cell's host: another one for each region on this machine. */
export const networkNamespace = (home: Home, cell: Pick<CellSettings, 'name'>): string =>
  `volvox-${createHash('sha256').update(home.root).digest('hex').slice(0, 6)}-${cell.name}`;

/** Removes the namespaces of the region's hosts; a namespace that is not there is no error. */
export async function removeNetworks(home: Home, cells: readonly Pick<CellSettings, 'name'>[]): Promise<void> {
  for (const cell of cells) {
    const name = networkNamespace(home, cell);
    if (existsSync(`/run/netns/${name}`)) await runCommand('ip', ['netns', 'delete', name]);
  }
}
