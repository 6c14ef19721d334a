import { randomBytes } from 'node:crypto';
import type { Home } from './home.ts';
import { readIfThere, writePrivate } from './private-file.ts';
import type { StoreWay } from './store-sockets.ts';

/** Generated once for a region and kept with its data; holds every secret of it. */
export interface RegionSettings {
  readonly version: 1;
  readonly driver: 'qemu' | 'fake';
  /** Simulated hosts of the whole region; 0 with QEMU. */
  readonly simulatedHosts: number;
  readonly portBase: number;
  readonly stores: StoreWay;
  readonly signingKey: string;
  readonly serviceKey: string;
  readonly adminPassword: string;
  readonly demoPassword: string;
  readonly global: StoreSettings & {
    apiPort: number;
    /** Absent in regions of an earlier release. */
    apiAgentPort?: number;
    schedulerPort: number;
    superConductorPort: number;
  } & MetricsPorts;
  readonly cells: readonly CellSettings[];
  /** Users, flavors, image and network are there. */
  readonly seeded: boolean;
}

/** An SQL database and a Redis. The ports are those of the last start, and are kept when they are free. */
export interface StoreSettings {
  readonly sqlPort: number;
  readonly sqlPassword: string;
  readonly redisPort: number;
  readonly redisPassword: string;
}

/** By process (`api`, `conductor`). Free ports, kept as those of stores are; absent before a first start. */
interface MetricsPorts {
  readonly metricsPorts?: Readonly<Record<string, number>>;
}

/** The agents of a QEMU host. */
export interface HostSettings extends MetricsPorts {
  /** Of its folder and processes, and in its host name. */
  readonly name: string;
  readonly computePort: number;
}

/** Its first host has its name. */
export interface CellSettings extends StoreSettings, HostSettings {
  readonly doorKey: string;
  readonly conductorPort: number;
  /** QEMU hosts after the first; absent in regions of an earlier release. */
  readonly moreHosts?: readonly HostSettings[];
}

/** The QEMU hosts of a cell; with simulated hosts the one process that simulates them. */
export const hostsOf = (cell: CellSettings): readonly HostSettings[] => [cell, ...(cell.moreHosts ?? [])];

const secret = (): string => randomBytes(24).toString('base64url');
const newStore = (): StoreSettings => ({ sqlPort: 0, sqlPassword: secret(), redisPort: 0, redisPassword: secret() });

export function newSettings(options: {
  driver: 'qemu' | 'fake';
  simulatedHosts: number;
  portBase: number;
  stores: StoreWay;
}): RegionSettings {
  return {
    version: 1,
    ...options,
    signingKey: randomBytes(48).toString('base64url'),
    serviceKey: secret(),
    adminPassword: secret(),
    demoPassword: secret(),
    global: { ...newStore(), apiPort: 0, apiAgentPort: 0, schedulerPort: 0, superConductorPort: 0 },
    cells: [],
    seeded: false,
  };
}

export const newCell = (name: string): CellSettings => ({
  ...newStore(),
  name,
  doorKey: secret(),
  conductorPort: 0,
  computePort: 0,
});

/** @throws when the file is there and cannot be understood; it is not overwritten, since it holds the keys of the data. */
export function readSettings(home: Home): RegionSettings | null {
  const content = readIfThere(home.settings);
  if (content === null) return null;
  try {
    const settings = JSON.parse(content) as Omit<RegionSettings, 'stores'> & { stores?: StoreWay };
    // An earlier release had no way but TCP, and a choice is not what it kept.
    if (settings.version === 1) return { ...settings, stores: settings.stores ?? 'socket' };
  } catch {
    // Said below.
  }
  throw new Error(
    `${home.settings} cannot be read; \`npm start -- --fresh\` creates a new region and deletes the old one`,
  );
}

export const writeSettings = (home: Home, settings: RegionSettings): void =>
  writePrivate(home.settings, `${JSON.stringify(settings, null, 2)}\n`);
