import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../deploy/client/api-client.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import type { RegionSettings } from '../../deploy/local/settings.ts';
import { captureLoopback } from '../support/loopback-capture.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { moveTo } from '../support/moved/move.ts';
import { untilStatus } from '../support/moved/proof-server.ts';
import { consoleOf, newServer } from '../support/server-calls.ts';
import type { TcpStream } from '../support/tcp-streams.ts';
import { startTestRegion, type TestRegion } from '../support/test-region.ts';

/** The image has no system to shut down. */
const AT_ONCE = { VOLVOX_CONDUCTOR_GRACEFUL_STOP_MS: '0' };
const IMAGE_BYTES = 8 * 1024 ** 2;

const marker = (what: string): string => `${what}-${randomBytes(24).toString('hex')}`;

describe('the loopback traffic of a region on QEMU hosts', () => {
  let region: TestRegion;
  beforeAll(async () => {
    Object.assign(process.env, AT_ONCE);
    region = await startTestRegion({ parent: memoryFolder(), cells: 2, simulatedHosts: 0, stores: 'tcp' });
  }, 300_000);
  afterAll(async () => {
    for (const name of Object.keys(AT_ONCE)) delete process.env[name];
    await region?.remove();
  }, 180_000);

  it('shows no user data, disk, token, ticket or key during a create and a move, but on the port for clients', async () => {
    const { admin } = region;
    const { settings } = region.region;
    const userData = marker('user-data');
    const disk = marker('disk');
    const capture = await captureLoopback();
    const image = await uploadImage(admin, disk);
    const userDataBase64 = Buffer.from(userData).toString('base64');
    const id = await newServer(admin, {
      ...{ name: 'secret', flavorRef: '1', imageRef: image, networks: 'none', user_data: userDataBase64 },
      availability_zone: 'nova:cell-1-host',
    });
    await untilStatus(admin, id, 'ACTIVE');
    const { move } = await moveTo(admin, id, 'cell-2');
    expect(move.state, move.message ?? '').toBe('done');
    await untilStatus(admin, id, 'ACTIVE');
    // The conductor of the other cell asks its agent.
    await consoleOf(admin, id);
    const { streams, lost } = await capture.stop();
    expect(lost).toBe(0);

    const ofClients = ({ from, to }: TcpStream): boolean => [from, to].includes(settings.global.apiPort);
    const clients = Buffer.concat(streams.filter(ofClients).map(({ bytes }) => bytes));
    const rest = streams.filter((stream) => !ofClients(stream));
    const secrets = { userData, userDataBase64, disk, token: admin.token, ...secretsOf(region.region) };
    // The capture sees what a client sends in plain, so it would see the same bytes elsewhere.
    for (const seen of [userDataBase64, disk, admin.token]) expect(clients.includes(seen)).toBe(true);
    // Four of a client, six of the global tier, five of each cell.
    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(20);
    const found = Object.entries(secrets).filter(([, secret]) => rest.some(({ bytes }) => bytes.includes(secret)));
    expect(found).toEqual([]);
    const ours = portsOf(settings);
    const words = ['authorization', 'Bearer ', 'SELECT', 'volvox:', secrets.userData];
    for (const [name, port] of Object.entries(ours)) {
      const traffic = Buffer.concat(
        rest.filter(({ from, to }) => from === port || to === port).map(({ bytes }) => bytes),
      );
      expect([name, traffic.length > 1_000]).toEqual([name, true]);
      expect([name, words.filter((word) => traffic.includes(word))]).toEqual([name, []]);
    }
    // The disk went from the API to one host, and from that host to the other.
    for (const name of ['images for agents', 'cell-1 compute'] as const) {
      const sent = rest.filter(({ from }) => from === ours[name]).reduce((sum, { bytes }) => sum + bytes.length, 0);
      expect([name, sent > IMAGE_BYTES / 2]).toEqual([name, true]);
    }
  }, 300_000);
});

/** A raw image of random bytes, the marker at its beginning and in its middle. */
async function uploadImage(admin: ApiClient, disk: string): Promise<string> {
  const bytes = randomBytes(IMAGE_BYTES);
  for (const at of [0, IMAGE_BYTES / 2]) bytes.write(disk, at, 'latin1');
  const body = { name: 'secret', disk_format: 'raw', container_format: 'bare' } as const;
  const { id } = await admin.call('image', 'POST /v2/images', { body });
  await admin.call('image', 'PUT /v2/images/{id}/file', { path: { id }, bytes: new Blob([bytes]).stream() });
  return id;
}

/** Every key, password and token of the settings, and the keys that the agents have got, by where they stand. */
function secretsOf({ home, settings }: LocalRegion): Record<string, string> {
  const secrets: Record<string, string> = {};
  const collect = (value: unknown, path: string): void => {
    if (typeof value === 'string' && /(key|password|token)$/i.test(path)) secrets[path] = value;
    if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) collect(member, `${path}/${name}`);
    }
  };
  collect(settings, 'settings');
  for (const { name } of settings.cells) {
    for (const agent of ['compute', 'network']) {
      const file = home.data(name, agent, 'agent-key');
      secrets[file] = readFileSync(file, 'utf8').trim();
    }
  }
  return secrets;
}

function portsOf({ global, cells }: RegionSettings) {
  const stores = [{ name: 'global', ...global }, ...cells].flatMap(({ name, sqlPort, redisPort }) => [
    [`${name} mariadb`, sqlPort] as const,
    [`${name} redis`, redisPort] as const,
  ]);
  const services = cells.flatMap(({ name, conductorPort, computePort }) => [
    [`${name} conductor`, conductorPort] as const,
    [`${name} compute`, computePort] as const,
  ]);
  const ports: Record<string, number | undefined> = {
    'images for agents': global.apiAgentPort,
    scheduler: global.schedulerPort,
    ...Object.fromEntries([...stores, ...services]),
  };
  return ports;
}
