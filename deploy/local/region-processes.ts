import { openPool } from '#platform/tls/dispatcher.ts';
import type { TlsRole } from '#platform/tls/roles.ts';
import type { ProgramFiles } from '../programs/program-files.ts';
import type { ProgramName } from '../programs/program-names.ts';
import { cellAuthorityFor, certificateFor, dropForeignCertificates, operatorTransport } from './certificates.ts';
import { REPOSITORY, volvoxEnvironment } from './environment.ts';
import type { Home } from './home.ts';
import type { ProcessSpec } from './managed-process.ts';
import { type MariadbOptions, mariadbProcess } from './mariadb.ts';
import {
  apiConfig,
  apiUrl,
  type CellRun,
  computeConfig,
  conductorConfig,
  doorUrl,
  networkConfig,
  type ProcessConfig,
  schedulerConfig,
  superConductorConfig,
  writeConfig,
} from './process-configs.ts';
import { redisProcess } from './redis.ts';
import { type CellSettings, hostsOf, type RegionSettings, type StoreSettings } from './settings.ts';

/** `owner`: `global`, or the name of a cell. */
export function sqlOptions(home: Home, owner: string, store: StoreSettings): MariadbOptions {
  const name = `${owner}-mariadb`;
  return {
    home,
    name,
    folder: home.data(owner, 'mariadb'),
    log: home.log(name),
    port: store.sqlPort,
    password: store.sqlPassword,
    database: owner === 'global' ? 'volvox_directory' : 'volvox_cell',
    cache: home.cache,
  };
}

export function storeProcesses(home: Home, owner: string, store: StoreSettings): ProcessSpec[] {
  const name = `${owner}-redis`;
  const redis = { home, name, folder: home.data(owner, 'redis'), log: home.log(name), port: store.redisPort };
  return [mariadbProcess(sqlOptions(home, owner, store)), redisProcess({ ...redis, password: store.redisPassword })];
}

export function globalProcesses(home: Home, settings: RegionSettings, programs: ProgramFiles): ProcessSpec[] {
  const { schedulerPort, superConductorPort } = settings.global;
  const global = (role: TlsRole & ProgramName, config: ProcessConfig, readyUrl: string): ProcessSpec =>
    volvoxProcess(home, {
      ...{ name: role, file: programs(role), role, readyUrl },
      config: { ...config, tls: certificateFor(home, role, role) },
    });
  return [
    global('api', apiConfig(settings, home), `${apiUrl(settings)}/readyz`),
    global('scheduler', schedulerConfig(settings, home), readyz(schedulerPort)),
    global('super-conductor', superConductorConfig(settings, home), readyz(superConductorPort)),
  ];
}

/**
 * Conductor first; then the agents, which wait for it by themselves. What admits them is in admit-agents.ts; they have
 * their certificates from the conductor.
 */
export function cellProcesses(home: Home, cell: CellSettings, run: CellRun, programs: ProgramFiles): ProcessSpec[] {
  const hosts = hostsOf(cell);
  for (const { name } of hosts) dropForeignCertificates(home, name);
  const process = (owner: string, role: CellRole, config: ProcessConfig, readyUrl: string | null): ProcessSpec =>
    volvoxProcess(home, { name: `${owner}-${role}`, file: programs(`cell/${role}`), role, config, readyUrl });
  const tls = certificateFor(home, `${cell.name}-conductor`, 'conductor', cell.name);
  const issuerKeyFile = cellAuthorityFor(home, cell.name);
  return [
    process(
      cell.name,
      'conductor',
      { ...conductorConfig(cell, home, run, issuerKeyFile), tls },
      `${doorUrl(cell)}/readyz`,
    ),
    ...hosts.flatMap((host) => [
      process(host.name, 'compute', computeConfig(cell, home, run, host), readyz(host.computePort)),
      process(host.name, 'network', networkConfig(cell, home, run, host), null),
    ]),
  ];
}

const readyz = (port: number): string => `https://127.0.0.1:${port}/readyz`;

/** Of new objects, MiB. With V8's own 16 MiB a process that idles has 40 MiB more. Agents make few. */
const nurseryOf = (role: TlsRole): string =>
  `--max-semi-space-size=${role === 'compute' || role === 'network' ? 2 : 4}`;

type CellRole = 'conductor' | 'compute' | 'network';

interface VolvoxProcess {
  readonly name: string;
  readonly file: string;
  readonly role: TlsRole;
  readonly config: ProcessConfig;
  /** Null: it counts as ready when it runs; what it does shows elsewhere. */
  readonly readyUrl: string | null;
}

function volvoxProcess(home: Home, { name, file, role, config, readyUrl }: VolvoxProcess): ProcessSpec {
  writeConfig(home, name, config);
  return {
    name,
    command: process.execPath,
    args: [nurseryOf(role), file],
    env: volvoxEnvironment(home, home.config(name)),
    cwd: REPOSITORY,
    log: home.log(name),
    graceMs: 20_000,
    ready: async () => {
      if (readyUrl === null) return true;
      const { origin, pathname } = new URL(readyUrl);
      const pool = openPool(operatorTransport(home), origin, () => role, { connections: 1, connectMs: 2_000 });
      try {
        const answer = await pool.request({ path: pathname, method: 'GET', signal: AbortSignal.timeout(2_000) });
        await answer.body.dump();
        return answer.statusCode === 200;
      } finally {
        await pool.destroy();
      }
    },
  };
}
