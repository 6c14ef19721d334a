import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { doorContract } from '#platform/contracts/door.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import { admitAgents } from '../../deploy/local/admit-agents.ts';
import { newJoinTokens, operatorTransport } from '../../deploy/local/certificates.ts';
import { sweep } from '../../deploy/local/earlier-run.ts';
import { guestsDown } from '../../deploy/local/guests-down.ts';
import { type Home, homeAt } from '../../deploy/local/home.ts';
import { prepareMariadb } from '../../deploy/local/mariadb.ts';
import { removeNetworks } from '../../deploy/local/network-namespace.ts';
import { doorUrl } from '../../deploy/local/process-configs.ts';
import { ProcessTable } from '../../deploy/local/process-table.ts';
import { createProgress } from '../../deploy/local/progress.ts';
import { cellProcesses, sqlOptions, storeProcesses } from '../../deploy/local/region-processes.ts';
import type { CellSettings } from '../../deploy/local/settings.ts';
import { settingsFor } from '../../deploy/local/settings-for.ts';
import { settlePorts } from '../../deploy/local/settle-ports.ts';
import { bundledPrograms } from '../../deploy/programs/program-files.ts';
import { memoryFolder } from './memory-folder.ts';
import { waitUntil } from './wait-until.ts';

/** What regions and cells of tests share: empty databases and the guest image. */
export const TEST_CACHE = resolve('.volvox/cache');
const START_TIMEOUT_MS = 90_000;
const progress = createProgress(() => undefined);

/** A cell on its own, in a folder of its own: nothing of the global tier is there, and none of its addresses is known to the cell. */
export interface LoneCell {
  readonly home: Home;
  readonly settings: CellSettings;
  readonly door: Client<typeof doorContract>;
  readonly processes: ProcessTable;
  /** Waits until all its hosts are up. */
  hostsUp(): Promise<void>;
  /** Ends everything and removes the folder. */
  remove(): Promise<void>;
}

/** `simulatedHosts` 0: one QEMU host. */
export async function startLoneCell(simulatedHosts: number): Promise<LoneCell> {
  const home = homeAt(mkdtempSync(join(memoryFolder(), 'volvox-cell-')), TEST_CACHE);
  const where = { home: home.root, cache: TEST_CACHE, portBase: 0, stores: null, hosts: null, fresh: false };
  const { cells, stores } = await settlePorts(settingsFor(home, { ...where, cells: 1, simulatedHosts }));
  const [cell] = cells;
  if (cell === undefined) throw new Error('a region without cells');
  const processes = new ProcessTable(
    () => undefined,
    () => undefined,
  );
  const door = createClient(doorContract, {
    ...{ url: doorUrl(cell), key: cell.doorKey },
    transport: operatorTransport(home),
  });
  const hostsUp = async (): Promise<void> => {
    const expected = Math.max(1, simulatedHosts);
    await waitUntil('hosts', async () => (await door.describe({})).hostsUp >= expected, START_TIMEOUT_MS);
  };
  const remove = async (): Promise<void> => {
    await guestsDown(home, processes.matching(/-compute$/), progress);
    await processes.stop(/-network$/);
    await processes.stop(/-conductor$/);
    await processes.stop(/./);
    if (simulatedHosts === 0) await removeNetworks(home, cells);
    await sweep(home, progress);
    await door.close();
    rmSync(home.root, { recursive: true, force: true });
  };
  try {
    await prepareMariadb(sqlOptions(home, cell.name, cell));
    await processes.start(storeProcesses(home, cell.name, cell), START_TIMEOUT_MS);
    const joinTokens = newJoinTokens(home, cell);
    const programs = await bundledPrograms(() => undefined);
    await Promise.all([
      processes.start(
        cellProcesses(home, cell, { cells: [cell], hosts: simulatedHosts, joinTokens, stores }, programs),
        START_TIMEOUT_MS,
      ),
      admitAgents(home, cell, simulatedHosts, joinTokens, { timeoutMs: START_TIMEOUT_MS }),
    ]);
    await hostsUp();
  } catch (error) {
    await remove();
    throw error;
  }
  return { home, settings: cell, door, processes, hostsUp, remove };
}
