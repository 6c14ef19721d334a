import { FreePorts, processOnPort, tryPort } from './ports.ts';
import type { CellSettings, HostSettings, RegionSettings, StoreSettings } from './settings.ts';
import { MAX_CELLS, MAX_HOSTS } from './settings-for.ts';

/** How many ports after the base the global tier has, and each cell after it: its conductor and MAX_HOSTS compute agents. */
const GLOBAL_PORTS = 10;
const PORTS_PER_CELL = 1 + MAX_HOSTS;
/** Cells may come later; none of their ports is given away. */
const BLOCK_PORTS = GLOBAL_PORTS + MAX_CELLS * PORTS_PER_CELL;

/** The processes that serve metrics. */
const GLOBAL_PROCESSES = ['api', 'scheduler', 'super-conductor'];
const HOST_PROCESSES = ['compute', 'network'];
const CELL_PROCESSES = ['conductor', ...HOST_PROCESSES];

/**
 * Gives every process its port: services from the fixed block at `portBase` (0: free ones, remembered), stores and metrics free ones
 * outside of that block, remembered while they stay free.
 * @throws when somebody has a port of the block, naming every such port and who it is.
 */
export async function settlePorts(settings: RegionSettings): Promise<RegionSettings> {
  const { portBase } = settings;
  const free = new FreePorts(portBase === 0 ? null : { first: portBase, count: BLOCK_PORTS });
  const taken: string[] = [];
  const service = async (offset: number, remembered: number): Promise<number> => {
    if (portBase === 0) return free.near(remembered);
    const port = portBase + offset;
    if ((await tryPort(port)) === null) taken.push(`port ${port} is in use by ${await processOnPort(port)}`);
    return port;
  };
  const global = {
    ...(await settleStore(settings.global, free)),
    apiPort: await service(4, settings.global.apiPort),
    apiAgentPort: await service(7, settings.global.apiAgentPort ?? 0),
    schedulerPort: await service(5, settings.global.schedulerPort),
    superConductorPort: await service(6, settings.global.superConductorPort),
    metricsPorts: await metricsPorts(GLOBAL_PROCESSES, settings.global.metricsPorts, free),
  };
  const cells: CellSettings[] = [];
  for (const [index, cell] of settings.cells.entries()) {
    const first = GLOBAL_PORTS + index * PORTS_PER_CELL;
    const moreHosts: HostSettings[] = [];
    for (const [at, host] of (cell.moreHosts ?? []).entries()) {
      moreHosts.push({
        ...host,
        computePort: await service(first + 2 + at, host.computePort),
        metricsPorts: await metricsPorts(HOST_PROCESSES, host.metricsPorts, free),
      });
    }
    cells.push({
      ...cell,
      ...(await settleStore(cell, free)),
      conductorPort: await service(first, cell.conductorPort),
      computePort: await service(first + 1, cell.computePort),
      metricsPorts: await metricsPorts(CELL_PROCESSES, cell.metricsPorts, free),
      moreHosts,
    });
  }
  if (taken.length > 0) {
    const another = portBase < 60_000 ? portBase + 1000 : 9770;
    throw new Error(
      `${taken.join('; ')}.\nEnd that process, or choose other ports: npm start -- --port-base ${another}`,
    );
  }
  return { ...settings, global, cells };
}

const settleStore = async (store: StoreSettings, free: FreePorts): Promise<StoreSettings> => ({
  sqlPort: await free.near(store.sqlPort),
  sqlPassword: store.sqlPassword,
  redisPort: await free.near(store.redisPort),
  redisPassword: store.redisPassword,
});

async function metricsPorts(
  processes: readonly string[],
  remembered: Readonly<Record<string, number>> | undefined,
  free: FreePorts,
): Promise<Readonly<Record<string, number>>> {
  const ports: [string, number][] = [];
  for (const name of processes) ports.push([name, await free.near(remembered?.[name] ?? 0)]);
  return Object.fromEntries(ports);
}
