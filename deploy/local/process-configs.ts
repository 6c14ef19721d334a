import { stringify } from 'yaml';
import { guestUids } from './guest-uids.ts';
import type { Home } from './home.ts';
import { networkNamespace } from './network-namespace.ts';
import { writePrivate } from './private-file.ts';
import { type CellSettings, type HostSettings, hostsOf, type RegionSettings, type StoreSettings } from './settings.ts';
import { type StoreWay, socketOption } from './store-sockets.ts';
import { underlayConfig, uplinkConfig } from './underlay.ts';

interface Stores {
  readonly stores: StoreWay;
}

/** The sections of one process's configuration file: what it needs and nothing else (a cell's keys are in that cell's files only). */
export type ProcessConfig = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const writeConfig = (home: Home, name: string, config: ProcessConfig): void =>
  writePrivate(home.config(name), stringify(config));

/** The section of a process whose metrics have this port. */
const metrics = (ports: Readonly<Record<string, number>> | undefined, process: string) => ({
  port: ports?.[process] ?? 0,
});

/** Where each process of the region serves its metrics, by name: `api`, `cell-1-compute`. */
export const metricsUrls = ({ global, cells }: RegionSettings): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...Object.entries(global.metricsPorts ?? {}).map(([name, port]) => [name, metricsUrl(port)]),
    ...cells
      .flatMap(hostsOf)
      .flatMap((host) =>
        Object.entries(host.metricsPorts ?? {}).map(([name, port]) => [`${host.name}-${name}`, metricsUrl(port)]),
      ),
  ]);
const metricsUrl = (port: number): string => `http://127.0.0.1:${port}/metrics`;

export const apiUrl = (settings: RegionSettings): string => `http://127.0.0.1:${settings.global.apiPort}`;
export const doorUrl = (cell: CellSettings): string => `https://127.0.0.1:${cell.conductorPort}`;

const database = (home: Home, stores: StoreWay, owner: string, { sqlPort, sqlPassword }: StoreSettings) => ({
  port: sqlPort,
  password: sqlPassword,
  socket: socketOption(home, stores, owner, 'mariadb'),
});
const redis = (home: Home, stores: StoreWay, owner: string, { redisPort, redisPassword }: StoreSettings) => ({
  port: redisPort,
  password: redisPassword,
  socket: socketOption(home, stores, owner, 'redis'),
});
/** Agents have users of their own. */
const redisOfAgents = (home: Home, stores: StoreWay, cell: CellSettings) => ({
  port: cell.redisPort,
  socket: socketOption(home, stores, cell.name, 'redis'),
});
const directory = (settings: RegionSettings, home: Home) => database(home, settings.stores, 'global', settings.global);
const globalRedis = (settings: RegionSettings, home: Home) => redis(home, settings.stores, 'global', settings.global);
const trust = ({ signingKey, serviceKey }: RegionSettings) => ({ signingKey, serviceKey });
const agent = (cell: CellSettings, { joinTokens }: CellRun, { name }: HostSettings) => ({
  joinToken: joinTokens.get(name),
  conductorUrls: [doorUrl(cell)],
});
const schedulerUrl = ({ global }: RegionSettings): string => `https://127.0.0.1:${global.schedulerPort}`;

export const bootstrapConfig = (settings: RegionSettings, home: Home): ProcessConfig => ({
  directory: directory(settings, home),
  bootstrap: { adminPassword: settings.adminPassword, demoPassword: settings.demoPassword },
});

export const apiConfig = (settings: RegionSettings, home: Home): ProcessConfig => ({
  metrics: metrics(settings.global.metricsPorts, 'api'),
  directory: directory(settings, home),
  globalRedis: globalRedis(settings, home),
  trust: trust(settings),
  api: {
    port: settings.global.apiPort,
    publicUrl: apiUrl(settings),
    schedulerUrl: schedulerUrl(settings),
    agentPort: settings.global.apiAgentPort,
    agentUrl: `https://127.0.0.1:${settings.global.apiAgentPort}`,
    imageDir: home.data('images'),
  },
});

export const schedulerConfig = (settings: RegionSettings, home: Home): ProcessConfig => ({
  metrics: metrics(settings.global.metricsPorts, 'scheduler'),
  directory: directory(settings, home),
  trust: trust(settings),
  scheduler: { port: settings.global.schedulerPort },
});

export const superConductorConfig = (settings: RegionSettings, home: Home): ProcessConfig => ({
  metrics: metrics(settings.global.metricsPorts, 'super-conductor'),
  directory: directory(settings, home),
  globalRedis: globalRedis(settings, home),
  trust: trust(settings),
  superConductor: { port: settings.global.superConductorPort, schedulerUrl: schedulerUrl(settings) },
});

export const conductorConfig = (
  cell: CellSettings,
  home: Home,
  { stores }: Stores,
  issuerKeyFile: string,
): ProcessConfig => ({
  metrics: metrics(cell.metricsPorts, 'conductor'),
  conductor: { listenPort: cell.conductorPort, cellName: cell.name, doorKey: cell.doorKey, issuerKeyFile },
  cellDatabase: database(home, stores, cell.name, cell),
  cellRedis: redis(home, stores, cell.name, cell),
});

/** What the processes of a cell are given at this start. */
export interface CellRun extends Stores {
  /** All cells of the region: their QEMU hosts are joined. */
  readonly cells: readonly CellSettings[];
  /** How many simulated ones; 0 with QEMU. */
  readonly hosts: number;
  /** By host: for agents that have no key or no certificate yet. */
  readonly joinTokens: ReadonlyMap<string, string>;
}

export const computeConfig = (cell: CellSettings, home: Home, run: CellRun, host: HostSettings): ProcessConfig => ({
  metrics: metrics(host.metricsPorts, 'compute'),
  cell: agent(cell, run, host),
  cellRedis: redisOfAgents(home, run.stores, cell),
  compute: {
    stateDir: home.data(host.name, 'compute'),
    listenPort: host.computePort,
    ...(run.hosts > 0
      ? { driver: 'fake', fakeHosts: run.hosts, fakeHostPrefix: `${cell.name}-sim` }
      : {
          driver: 'qemu',
          hostName: hostName(host),
          networkNamespace: networkNamespace(home, host),
          guestUids: guestUids(home, cell, hostsOf(cell).indexOf(host)),
        }),
  },
});

export const networkConfig = (cell: CellSettings, home: Home, run: CellRun, host: HostSettings): ProcessConfig => ({
  metrics: metrics(host.metricsPorts, 'network'),
  cell: agent(cell, run, host),
  cellRedis: redisOfAgents(home, run.stores, cell),
  network: {
    stateDir: home.data(host.name, 'network'),
    ...(run.hosts > 0
      ? { driver: 'fake', fakeHosts: run.hosts, fakeHostPrefix: `${cell.name}-sim` }
      : {
          driver: 'linux',
          hostName: hostName(host),
          namespace: networkNamespace(home, host),
          ...underlayConfig(home, run.cells, host),
          ...uplinkConfig(home, run.cells, host),
        }),
  },
});

const hostName = ({ name }: HostSettings): string => `${name}-host`;

/** The name to which the keys of a host's agents are bound; simulated hosts come and go. */
export const boundName = (host: HostSettings, simulatedHosts: number): string =>
  simulatedHosts > 0 ? `${host.name}-sim-*` : hostName(host);
