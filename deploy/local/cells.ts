import { doorContract } from '#platform/contracts/door.ts';
import { createClient } from '#platform/rpc/client.ts';
import type { ApiClient } from '../client/api-client.ts';
import { operatorTransport } from './certificates.ts';
import type { Home } from './home.ts';
import { doorUrl } from './process-configs.ts';
import { type CellSettings, hostsOf, type RegionSettings } from './settings.ts';
import { until } from './until.ts';

/** How many simulated hosts a cell has: they are spread evenly, at least one each. 0 with QEMU. */
export function simulatedHostsOf({ simulatedHosts, cells }: RegionSettings, cell: CellSettings): number {
  if (simulatedHosts === 0) return 0;
  const index = cells.findIndex((one) => one.name === cell.name);
  const more = index < simulatedHosts % cells.length ? 1 : 0;
  return Math.max(1, Math.floor(simulatedHosts / cells.length) + more);
}

/** Waits until all hosts of the cell are up, by the word of its door. */
export async function untilHostsUp(
  home: Home,
  settings: RegionSettings,
  cell: CellSettings,
  timeoutMs: number,
): Promise<void> {
  const transport = operatorTransport(home);
  const door = createClient(doorContract, { url: doorUrl(cell), key: cell.doorKey, connections: 1, transport });
  const expected = settings.driver === 'qemu' ? hostsOf(cell).length : simulatedHostsOf(settings, cell);
  const up = async (): Promise<boolean> => (await door.describe({})).hostsUp >= expected;
  try {
    await until(`hosts of ${cell.name}`, up, { timeoutMs });
  } finally {
    await door.close();
  }
}

/** Makes the cells part of the federation, at the addresses that they have now. */
export async function registerCells(admin: ApiClient, cells: readonly CellSettings[]): Promise<void> {
  const known = (await admin.call('federation', 'GET /v1/cells')).cells;
  for (const cell of cells) {
    const before = known.find(({ name }) => name === cell.name);
    const url = doorUrl(cell);
    if (before === undefined) {
      await admin.call('federation', 'POST /v1/cells', { body: { name: cell.name, url, key: cell.doorKey } });
    } else if (before.url !== url) {
      const change = { path: { cell: cell.name }, body: { url, key: cell.doorKey } };
      await admin.call('federation', 'PATCH /v1/cells/{cell}', change);
    }
  }
}
