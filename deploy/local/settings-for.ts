import type { Home } from './home.ts';
import { type CellSettings, hostsOf, newCell, newSettings, type RegionSettings, readSettings } from './settings.ts';
import type { StoreWay } from './store-sockets.ts';

export interface RegionOptions {
  readonly home: string;
  /** null: in the home. Several regions may share one. */
  readonly cache: string | null;
  /** null: as many as there are, two in a new region. */
  readonly cells: number | null;
  /** Simulated hosts; 0: QEMU hosts; null: as the region was made. */
  readonly simulatedHosts: number | null;
  /** QEMU hosts of each cell; null: as many as there are, one in a new cell. */
  readonly hosts: number | null;
  /** null: as the region was made. 0: free ports. */
  readonly portBase: number | null;
  /** null: as the region was started before; by socket files in a new one. */
  readonly stores: StoreWay | null;
  readonly fresh: boolean;
  /** Processes run their sources, not the bundled programs. Absent: false. */
  readonly fromSources?: boolean;
}

const DEFAULT_PORT_BASE = 8770;
const DEFAULT_CELLS = 2;
export const MAX_CELLS = 40;
/** QEMU hosts of a cell. */
export const MAX_HOSTS = 3;

/** The kind of hosts that the region will have. */
export function driverFor(home: Home, { simulatedHosts, fresh }: RegionOptions): RegionSettings['driver'] {
  const known = fresh ? null : readSettings(home);
  return (simulatedHosts ?? known?.simulatedHosts ?? 0) > 0 ? 'fake' : 'qemu';
}

/**
 * The settings of the region as the options want them: new ones, or those of the last start with more cells.
 * @throws when its hosts were made by another driver: guests cannot change from one to the other.
 */
export function settingsFor(home: Home, options: RegionOptions): RegionSettings {
  const known = readSettings(home);
  const simulatedHosts = options.simulatedHosts ?? known?.simulatedHosts ?? 0;
  const driver = simulatedHosts > 0 ? 'fake' : 'qemu';
  if (known !== null && known.driver !== driver) {
    throw new Error(
      `the region in ${home.root} was made with ${known.driver === 'qemu' ? 'QEMU' : 'simulated'} hosts; ` +
        'replace it (--fresh), or start another one (--home DIR --port-base PORT)',
    );
  }
  const portBase = options.portBase ?? known?.portBase ?? DEFAULT_PORT_BASE;
  const stores = options.stores ?? known?.stores ?? 'socket';
  const made = known ?? newSettings({ driver, simulatedHosts, portBase, stores });
  const settings = { ...made, simulatedHosts, portBase, stores };
  const count = options.cells ?? Math.max(settings.cells.length, DEFAULT_CELLS);
  const cells = [...settings.cells];
  while (cells.length < count) cells.push(newCell(`cell-${cells.length + 1}`));
  return { ...settings, cells: driver === 'qemu' ? cells.map((cell) => withHosts(cell, options.hosts ?? 1)) : cells };
}

/** A host that exists stays: it may have guests. */
function withHosts(cell: CellSettings, count: number): CellSettings {
  const before = hostsOf(cell).length;
  const added = Array.from({ length: Math.max(0, count - before) }, (_, index) => ({
    ...{ name: `${cell.name}-${before + index + 1}`, computePort: 0 },
  }));
  return { ...cell, moreHosts: [...(cell.moreHosts ?? []), ...added] };
}
