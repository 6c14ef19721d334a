import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '#platform/config/load.ts';
import { Secret } from '#platform/config/secret.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { shutDown } from '#platform/lifecycle/run.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { createLogger } from '#platform/logging/logger.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { tapName } from '#platform/objects/network.ts';
import { type Client, createClient } from '#platform/rpc/client.ts';
import { tryCommand } from '../../../../cell/agent/run-command.ts';
import { COMPUTE_SECTIONS } from '../../../../cell/compute/config.ts';
import { composeCompute } from '../../../../cell/compute/service.ts';
import { conductorSections } from '../../../../cell/conductor/config.ts';
import { buildConductor } from '../../../../cell/conductor/service.ts';
import { CELL_MIGRATIONS } from '../../../../cell/database/migrations/index.ts';
import type { CellTables } from '../../../../cell/database/tables.ts';
import { sections as networkSections } from '../../../../cell/network/config.ts';
import { hostSetup } from '../../../../cell/network/drivers/linux/host-setup.ts';
import { tearDown } from '../../../../cell/network/drivers/linux/tear-down.ts';
import { composeNetwork } from '../../../../cell/network/service.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { AGENT_KEY, DOOR_KEY } from '../../../support/test-keys.ts';
import { startTestRedis, type TestRedis } from '../../../support/test-redis.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { aBuild, aBuildRequest, aFlavor, anActor, aPort, NETWORK } from '../conductor/support/build-requests.ts';
import { pidOf } from './qemu-agent.ts';
import { type ImageServer, startImageServer, testGuestDisk } from './test-guest.ts';

/**
 * A whole cell and nothing global (law 1): conductor, compute agent on QEMU and network agent on the kernel, with a real database
 * and a real queue. Servers go through their life at the door. With GUEST_IMAGE=path of a qcow2 a Linux guest is booted instead of
 * the one-sector one.
 */
const HOST = 'host-1';
const PORT_ID = randomUUID();
const guestImage = process.env.GUEST_IMAGE;
const log = createLogger('whole-cell', process.env.TEST_LOG ?? 'silent');

let database: TestDatabase<CellTables>;
let redis: TestRedis;
let images: ImageServer;
let folder: string;
let services: Service[] = [];
let door: Client<typeof doorContract>;
const namespace = `vvt-${randomUUID().slice(0, 8)}`;
let networkConfig: ReturnType<typeof loadNetwork>;

const loadNetwork = (environment: Record<string, string>) => loadConfig(networkSections, { environment });

beforeAll(async () => {
  [database, redis, images] = await Promise.all([
    createTestDatabase<CellTables>(CELL_MIGRATIONS),
    startTestRedis(),
    startImageServer(),
  ]);
  folder = await mkdtemp(join(tmpdir(), 'volvox-cell-'));
  await chmod(folder, 0o755);
  const common = {
    VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
    VOLVOX_CELL_REDIS_PORT: String(redis.config.port),
    VOLVOX_CELL_REDIS_PASSWORD: 'test',
  };
  const conductorConfig = loadConfig(conductorSections, {
    environment: {
      ...common,
      VOLVOX_CONDUCTOR_LISTEN_PORT: '0',
      VOLVOX_CONDUCTOR_DOOR_KEY: DOOR_KEY,
      VOLVOX_CONDUCTOR_GRACEFUL_STOP_MS: '15000',
      VOLVOX_CELL_DATABASE_PASSWORD: 'unused',
    },
  });
  const conductor = await buildConductor(
    { ...conductorConfig, database: { ...conductorConfig.database, ...database.config, password: new Secret('') } },
    log,
  );
  await start(...conductor.services);
  const url = conductor.http.address();
  door = createClient(doorContract, { url, key: DOOR_KEY });

  networkConfig = loadNetwork({
    ...common,
    VOLVOX_CELL_CONDUCTOR_URLS: url,
    VOLVOX_NETWORK_STATE_DIR: join(folder, 'network'),
    VOLVOX_NETWORK_RUNTIME_DIR: join(folder, 'run'),
    VOLVOX_NETWORK_HOST_NAME: HOST,
    VOLVOX_NETWORK_NAMESPACE: namespace,
  });
  await start(...(await composeNetwork(networkConfig, log)));
  const computeConfig = loadConfig(COMPUTE_SECTIONS, {
    environment: {
      ...common,
      VOLVOX_CELL_CONDUCTOR_URLS: url,
      VOLVOX_COMPUTE_STATE_DIR: join(folder, 'compute'),
      VOLVOX_COMPUTE_HOST_NAME: HOST,
      VOLVOX_COMPUTE_NETWORK_NAMESPACE: namespace,
      VOLVOX_COMPUTE_ACCELERATION: 'tcg',
    },
  });
  await start(...(await composeCompute(computeConfig, log)));
});
afterAll(async () => {
  await door.close();
  await shutDown(services, log);
  for (const guestId of await guestFolders()) process.kill(await pidOf(join(folder, 'compute'), guestId), 'SIGKILL');
  await tearDown(hostSetup(networkConfig.network));
  images.close();
  await redis.stop();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function start(...more: readonly Service[]): Promise<void> {
  for (const service of more) {
    services = [...services, service];
    await service.start();
  }
}

const guestFolders = (): Promise<string[]> => readdir(join(folder, 'compute', 'guests'));
/** The names of the network devices on the host; none when its namespace is gone. */
const devices = async (): Promise<string[]> => {
  const { stdout, status } = await tryCommand('ip', ['-n', namespace, '-j', 'link', 'show']);
  return status === 0 ? (JSON.parse(stdout) as { ifname: string }[]).map(({ ifname }) => ifname) : [];
};
const console = async (uuid: string): Promise<string> => (await door.consoleOutput({ uuid, lines: null })).output;
const untilState = (uuid: string, vmState: Instance['vmState']): Promise<Instance> =>
  waitUntil(
    `${uuid} to be ${vmState}`,
    async () => {
      const instance = await door.getInstance({ uuid });
      if (instance.vmState === vmState && instance.taskState === null) return instance;
      throw new Error(`${instance.vmState} ${instance.taskState} ${instance.fault?.message ?? ''}`);
    },
    40_000,
  );
const act = (uuid: string, kind: string, params: Readonly<Record<string, unknown>> = {}) =>
  door.act({ uuid, operationId: randomUUID(), kind, params, actor: anActor() });

async function build(): Promise<string> {
  const host = await waitUntil('the host to be up', async () => (await door.listHosts({})).hosts.find((one) => one.up));
  const bytes = guestImage === undefined ? testGuestDisk() : readFileSync(guestImage);
  const image = images.image(bytes, { diskFormat: guestImage === undefined ? 'raw' : 'qcow2' });
  const port = aPort({ id: PORT_ID, fixedIps: [{ subnetId: NETWORK.subnets[0]?.id ?? '', address: '10.20.0.10' }] });
  const request = aBuildRequest(host.id, {
    build: aBuild({ image, ports: [port], flavor: aFlavor({ ramMb: guestImage === undefined ? 64 : 256 }) }),
  });
  const { answers } = await door.createInstances({ requests: [request], actor: anActor() });
  expect(answers).toMatchObject([{ accepted: true }]);
  return request.build.uuid;
}

test.skipIf(process.getuid?.() !== 0)(
  'a server is built, acted on, resized and deleted, and nothing is left',
  { timeout: 120_000 },
  async () => {
    const uuid = await build();
    expect(await untilState(uuid, 'active')).toMatchObject({ powerState: 'running' });
    const ready = guestImage === undefined ? 'tick 0003' : 'metadata';
    await waitUntil('the guest to run', async () => (await console(uuid)).includes(ready), 60_000);

    const life: [string, Instance['vmState'], Record<string, unknown>?][] = [
      ['pause', 'paused'],
      ['unpause', 'active'],
      ['suspend', 'suspended'],
      ['resume', 'active'],
      ['reboot', 'active', { reboot: 'soft' }],
      ['reboot', 'active', { reboot: 'hard' }],
      ['stop', 'stopped'],
      ['start', 'active'],
    ];
    for (const [kind, vmState, params] of life) {
      await act(uuid, kind, params);
      await untilState(uuid, vmState);
    }

    const [host] = (await door.listHosts({})).hosts;
    await act(uuid, 'resize', { flavor: aFlavor({ id: '2', ramMb: 128, diskGb: 2 }), hostId: host?.id });
    await untilState(uuid, 'resized');
    await act(uuid, 'confirmResize');
    await untilState(uuid, 'active');
    await waitUntil('the old guest to be gone', async () => (await guestFolders()).length === 1);
    const after = await waitUntil('its claim to be released', async () =>
      (await door.listHosts({})).hosts.find((one) => one.runningGuests === 1),
    );
    expect(after.used).toMatchObject({ ramMb: 128, diskGb: 2 });
    expect(await devices()).toContain(tapName(PORT_ID));
    await waitUntil('the resized guest to run', async () => (await console(uuid)).includes(ready), 60_000);
    if (guestImage !== undefined) process.stdout.write(await console(uuid));

    await act(uuid, 'delete');
    await waitUntil('no guest is left', async () => (await guestFolders()).length === 0);
    await waitUntil('no device is left', async () => (await devices()).every((name) => name === 'lo'));
    const { hosts } = await door.listHosts({});
    expect(hosts).toMatchObject([{ runningGuests: 0, used: { vcpus: 0, ramMb: 0, diskGb: 0 } }]);
  },
);
