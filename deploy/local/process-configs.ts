import { stringify } from 'yaml';
import { guestUids } from './guest-uids.ts';
import type { Home } from './home.ts';
import { networkNamespace } from './network-namespace.ts';
import { writePrivate } from './private-file.ts';
import type { CellSettings, RegionSettings } from './settings.ts';

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
    ...cells.flatMap((cell) =>
      Object.entries(cell.metricsPorts ?? {}).map(([name, port]) => [`${cell.name}-${name}`, metricsUrl(port)]),
    ),
  ]);
const metricsUrl = (port: number): string => `http://127.0.0.1:${port}/metrics`;

export const apiUrl = (settings: RegionSettings): string => `http://127.0.0.1:${settings.global.apiPort}`;
export const doorUrl = (cell: CellSettings): string => `https://127.0.0.1:${cell.conductorPort}`;

const directory = ({ global }: RegionSettings) => ({ port: global.sqlPort, password: global.sqlPassword });
const globalRedis = ({ global }: RegionSettings) => ({ port: global.redisPort, password: global.redisPassword });
const trust = ({ signingKey, serviceKey }: RegionSettings) => ({ signingKey, serviceKey });
const cellRedis = (cell: CellSettings) => ({ port: cell.redisPort, password: cell.redisPassword });
const agent = (cell: CellSettings, joinToken: string) => ({ joinToken, conductorUrls: [doorUrl(cell)] });
const schedulerUrl = ({ global }: RegionSettings): string => `https://127.0.0.1:${global.schedulerPort}`;

export const bootstrapConfig = (settings: RegionSettings): ProcessConfig => ({
  directory: directory(settings),
  bootstrap: { adminPassword: settings.adminPassword, demoPassword: settings.demoPassword },
});

export const apiConfig = (settings: RegionSettings, home: Home): ProcessConfig => ({
  metrics: metrics(settings.global.metricsPorts, 'api'),
  directory: directory(settings),
  globalRedis: globalRedis(settings),
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

export const schedulerConfig = (settings: RegionSettings): ProcessConfig => ({
  metrics: metrics(settings.global.metricsPorts, 'scheduler'),
  directory: directory(settings),
  trust: trust(settings),
  scheduler: { port: settings.global.schedulerPort },
});

export const superConductorConfig = (settings: RegionSettings): ProcessConfig => ({
  metrics: metrics(settings.global.metricsPorts, 'super-conductor'),
  directory: directory(settings),
  globalRedis: globalRedis(settings),
  trust: trust(settings),
  superConductor: { port: settings.global.superConductorPort, schedulerUrl: schedulerUrl(settings) },
});

export const conductorConfig = (cell: CellSettings): ProcessConfig => ({
  metrics: metrics(cell.metricsPorts, 'conductor'),
  conductor: { listenPort: cell.conductorPort, cellName: cell.name, doorKey: cell.doorKey },
  cellDatabase: { port: cell.sqlPort, password: cell.sqlPassword },
  cellRedis: cellRedis(cell),
});

/** `hosts`: how many simulated ones; 0 with QEMU. `joinToken`: for an agent that has no key yet. */
export const computeConfig = (cell: CellSettings, home: Home, hosts: number, joinToken: string): ProcessConfig => ({
  metrics: metrics(cell.metricsPorts, 'compute'),
  cell: agent(cell, joinToken),
  cellRedis: cellRedis(cell),
  compute: {
    stateDir: home.data(cell.name, 'compute'),
    listenPort: cell.computePort,
    ...(hosts > 0
      ? { driver: 'fake', fakeHosts: hosts, fakeHostPrefix: `${cell.name}-sim` }
      : {
          driver: 'qemu',
          hostName: hostName(cell),
          networkNamespace: networkNamespace(home, cell),
          guestUids: guestUids(home, cell),
        }),
  },
});

export const networkConfig = (cell: CellSettings, home: Home, hosts: number, joinToken: string): ProcessConfig => ({
  metrics: metrics(cell.metricsPorts, 'network'),
  cell: agent(cell, joinToken),
  cellRedis: cellRedis(cell),
  network: {
    stateDir: home.data(cell.name, 'network'),
    ...(hosts > 0
      ? { driver: 'fake', fakeHosts: hosts, fakeHostPrefix: `${cell.name}-sim` }
      : { driver: 'linux', hostName: hostName(cell), namespace: networkNamespace(home, cell) }),
  },
});

const hostName = (cell: CellSettings): string => `${cell.name}-host`;

/** The names to which the keys of a cell's agents are bound; simulated hosts come and go. */
export const hostNames = (cell: CellSettings, simulatedHosts: number): readonly string[] =>
  simulatedHosts > 0 ? [`${cell.name}-sim-*`] : [hostName(cell)];
