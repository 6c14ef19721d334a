import { FreePorts, processOnPort, tryPort } from './ports.ts';
import type { CellSettings, RegionSettings, StoreSettings } from './settings.ts';

/** How many ports after the base the global tier has, and each cell after it. */
const GLOBAL_PORTS = 10;
const PORTS_PER_CELL = 4;

/**
 * Gives every process its port: services from the fixed block at `portBase` (0: free ones, remembered), stores free ones,
 * remembered while they stay free.
 * @throws when somebody has a port of the block, naming every such port and who it is.
 */
export async function settlePorts(settings: RegionSettings): Promise<RegionSettings> {
  const { portBase } = settings;
  const free = new FreePorts();
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
    schedulerPort: await service(5, settings.global.schedulerPort),
    superConductorPort: await service(6, settings.global.superConductorPort),
  };
  const cells: CellSettings[] = [];
  for (const [index, cell] of settings.cells.entries()) {
    const first = GLOBAL_PORTS + index * PORTS_PER_CELL;
    cells.push({
      ...cell,
      ...(await settleStore(cell, free)),
      conductorPort: await service(first, cell.conductorPort),
      computePort: await service(first + 1, cell.computePort),
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
