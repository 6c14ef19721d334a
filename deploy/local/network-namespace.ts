import { join } from 'node:path';
import { REPOSITORY, volvoxEnvironment } from './environment.ts';
import type { Home } from './home.ts';
import { hostNamespace } from './left-hosts.ts';
import { runCommand } from './run-command.ts';
import type { CellSettings } from './settings.ts';

/** The network namespace of a cell's host: another one for each region on this machine. */
export const networkNamespace = (home: Home, cell: Pick<CellSettings, 'name'>): string =>
  hostNamespace(home.root, cell.name);

/** Removes what the network agents made on this machine: namespaces, DHCP and metadata servers. Nothing there is no error. */
export async function removeNetworks(home: Home, cells: readonly Pick<CellSettings, 'name'>[]): Promise<void> {
  const command = join(REPOSITORY, 'cell/network/tear-down.ts');
  await Promise.all(
    cells.map((cell) =>
      runCommand(process.execPath, [command], { env: volvoxEnvironment(home, home.config(`${cell.name}-network`)) }),
    ),
  );
}
