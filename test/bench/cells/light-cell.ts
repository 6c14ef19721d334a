import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { loadConfig } from '#platform/config/load.ts';
import { Secret } from '#platform/config/secret.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { createLogger } from '#platform/logging/logger.ts';
import { COMPUTE_SECTIONS } from '../../../cell/compute/config.ts';
import { composeCompute } from '../../../cell/compute/service.ts';
import { conductorSections } from '../../../cell/conductor/config.ts';
import { buildConductor } from '../../../cell/conductor/service.ts';
import { sections as NETWORK_SECTIONS } from '../../../cell/network/config.ts';
import { composeNetwork } from '../../../cell/network/service.ts';
import { AGENT_KEY, DOOR_KEY } from '../../support/test-keys.ts';
import { startTestRedis } from '../../support/test-redis.ts';

export interface LightCell {
  readonly name: string;
  readonly url: string;
  readonly key: string;
}

interface RunningCell extends LightCell {
  stop(): Promise<void>;
}

/**
 * A cell in this process: its conductor and agents, with simulated hosts, a Redis of its own, and a database of its own on a MariaDB server that it
 * shares with other cells.
 */
export async function startLightCell(name: string, mariadbPort: number, hosts: number): Promise<RunningCell> {
  const log = createLogger(name, process.env.VOLVOX_TEST_LOG ?? 'silent');
  const folder = await mkdtemp(join(tmpdir(), 'volvox-light-cell-'));
  const redis = await startTestRedis();
  const database = name.replaceAll('-', '_');
  const connection = await createConnection({ host: '127.0.0.1', port: mariadbPort, user: 'root' });
  await connection.query(`CREATE DATABASE ${database}`);
  await connection.end();

  const ofRedis = {
    VOLVOX_CELL_REDIS_PORT: String(redis.config.port),
    VOLVOX_CELL_REDIS_PASSWORD: redis.config.password.reveal(),
    VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
  };
  const ofConductor = {
    ...ofRedis,
    VOLVOX_CELL_DATABASE_PORT: String(mariadbPort),
    VOLVOX_CELL_DATABASE_USER: 'root',
    VOLVOX_CELL_DATABASE_PASSWORD: 'replaced',
    VOLVOX_CELL_DATABASE_DATABASE: database,
    VOLVOX_CELL_DATABASE_POOL_SIZE: '3',
    VOLVOX_CONDUCTOR_DOOR_KEY: DOOR_KEY,
    VOLVOX_CONDUCTOR_LISTEN_PORT: '0',
    VOLVOX_CONDUCTOR_CELL_NAME: name,
  };
  const started: Service[] = [];
  const run = async (services: readonly Service[]): Promise<void> => {
    for (const service of services) {
      started.push(service);
      await service.start();
    }
  };
  const config = loadConfig(conductorSections, { environment: ofConductor });
  // The root of this server has no password, which no option can say.
  const conductor = await buildConductor(
    { ...config, database: { ...config.database, password: new Secret('') } },
    log,
  );
  await run(conductor.services);
  const url = conductor.http.address();
  const simulated = { FAKE_HOSTS: String(hosts), FAKE_HOST_PREFIX: `${name}-sim`, DRIVER: 'fake' };
  const ofAgents = {
    ...ofRedis,
    VOLVOX_CELL_CONDUCTOR_URLS: url,
    VOLVOX_COMPUTE_STATE_DIR: join(folder, 'compute'),
    VOLVOX_NETWORK_STATE_DIR: join(folder, 'network'),
    ...Object.fromEntries(
      Object.entries(simulated).flatMap(([option, value]) => [
        [`VOLVOX_COMPUTE_${option}`, value],
        [`VOLVOX_NETWORK_${option}`, value],
      ]),
    ),
  };
  await run(await composeNetwork(loadConfig(NETWORK_SECTIONS, { environment: ofAgents }), log));
  await run(await composeCompute(loadConfig(COMPUTE_SECTIONS, { environment: ofAgents }), log));
  return {
    ...{ name, url, key: DOOR_KEY },
    stop: async () => {
      await shutDown(started, log);
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
