import { connect, type TLSSocket } from 'node:tls';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { addressOf } from '#platform/database/connection-options.ts';
import { operatorTransport } from '../../deploy/local/certificates.ts';
import { redisAnswers } from '../../deploy/local/redis.ts';
import type { LocalRegion } from '../../deploy/local/region.ts';
import { newServer } from '../support/server-calls.ts';
import { aTestAuthority } from '../support/test-authority.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const CLIENTS = 6;
const ROUNDS = 3;

describe('a region whose certificates are renewed while it works', () => {
  const used = useTestRegion({ cells: 2, simulatedHosts: 4, stores: 'tcp' }, 240_000);

  it('has stores that take nobody without a certificate of its authority', async () => {
    const { home, settings } = used.region;
    const { sqlPort: port, sqlPassword, redisPort, redisPassword } = settings.global;
    const other = aTestAuthority();
    const foreign = other.transport('api', 'api');
    const { cert, key } = foreign.files.current;
    const ours = operatorTransport(home).files?.current.ca;
    const user = { user: 'volvox', password: sqlPassword };
    const known = addressOf({ host: '127.0.0.1', port, transport: operatorTransport(home) });
    const sql = (options: object) => createConnection({ ...user, ...options }).then((open) => open.end());
    await expect(sql(known)).resolves.toBeUndefined();
    await expect(sql({ host: '127.0.0.1', port })).rejects.toThrow(/[Aa]ccess denied|insecure transport/);
    await expect(sql({ ...known, ssl: { ca: ours } })).rejects.toThrow(/[Aa]ccess denied/);
    await expect(sql({ ...known, ssl: { ca: ours, cert, key } })).rejects.toThrow(/.+/);
    await expect(sql(addressOf({ host: '127.0.0.1', port, transport: foreign }))).rejects.toThrow(/certificate/);
    const redis = { port: redisPort, password: redisPassword };
    await expect(redisAnswers({ ...redis, transport: operatorTransport(home) })).resolves.toBe(true);
    await expect(redisAnswers(redis)).rejects.toThrow(/closed|ECONNRESET/);
    await expect(redisAnswers({ ...redis, transport: foreign })).rejects.toThrow(/certificate|closed/);
    other.remove();
  });

  it('answers every call, makes every server, and shows the new certificates everywhere', async () => {
    const { admin, region } = used;
    const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
    const imageRef = images[0]?.id ?? '';
    const over = new AbortController();
    const failed: string[] = [];
    const servers: string[] = [];
    let calls = 0;
    const load = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let at = 0; !over.signal.aborted; at++) {
        try {
          if (at % 4 === 0) {
            servers.push(
              await newServer(admin, { name: `s-${client}-${at}`, flavorRef: '1', imageRef, networks: 'none' }),
            );
          } else if (at % 4 === 1) await admin.call('compute', 'GET /servers/detail', { query: { limit: '20' } });
          else if (at % 4 === 2) await admin.call('federation', 'GET /v1/hosts');
          else await admin.call('federation', 'GET /v1/cells');
          calls += 1;
        } catch (error) {
          failed.push((error as Error).message);
        }
      }
    });
    for (let round = 0; round < ROUNDS; round++) {
      const before = await shownCertificates(region);
      await region.renewCertificates('all');
      await waitUntil(
        'every process to show its new certificate',
        async () => {
          const now = await shownCertificates(region);
          return Object.keys(before).every((name) => now[name] !== before[name]);
        },
        30_000,
      );
      const goal = calls + 20 * CLIENTS;
      await waitUntil('calls with the new certificates', async () => calls > goal, 60_000);
    }
    over.abort();
    await Promise.all(load);
    expect(failed).toEqual([]);
    expect(servers.length).toBeGreaterThan(ROUNDS * CLIENTS);
    for (const id of servers) await used.untilActive(id);
  }, 300_000);
});

/** What each server of the region shows to a new connection, by name. */
async function shownCertificates(region: LocalRegion): Promise<Record<string, string>> {
  const { global, cells } = region.settings;
  const ports: readonly (readonly [string, number])[] = [
    ['scheduler', global.schedulerPort],
    ['super-conductor', global.superConductorPort],
    ['images', global.apiAgentPort ?? 0],
    ['global redis', global.redisPort],
    ...cells.flatMap(({ name, conductorPort, computePort, redisPort }) => [
      [`${name} conductor`, conductorPort] as const,
      [`${name} compute`, computePort] as const,
      [`${name} redis`, redisPort] as const,
    ]),
  ];
  const shown = await Promise.all(ports.map(async ([name, port]) => [name, await serialAt(region, port)] as const));
  const stores = [{ name: 'global', ...global }, ...cells];
  const databases = await Promise.all(
    stores.map(async ({ name, sqlPort, sqlPassword }) => [
      `${name} mariadb`,
      await databaseSerial(region, sqlPort, sqlPassword),
    ]),
  );
  return Object.fromEntries([...shown, ...databases]) as Record<string, string>;
}

function serialAt(region: LocalRegion, port: number): Promise<string> {
  const { files } = operatorTransport(region.home);
  const { cert, key, ca } = files?.current ?? {};
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, cert, key, ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    }).once('error', reject);
  });
}

/** A database shows its certificate in the middle of its protocol; mysql2 keeps the socket. */
async function databaseSerial(region: LocalRegion, port: number, password: string): Promise<string> {
  const address = addressOf({ host: '127.0.0.1', port, transport: operatorTransport(region.home) });
  const connection = await createConnection({ ...address, user: 'volvox', password });
  try {
    const [rows] = await connection.query<RowDataPacket[]>("SHOW STATUS LIKE 'Ssl_version'");
    expect(String(rows[0]?.Value)).toMatch(/^TLSv1\.[23]$/);
    const { stream } = (connection as unknown as { connection: { stream: TLSSocket } }).connection;
    return stream.getPeerX509Certificate()?.serialNumber ?? '';
  } finally {
    await connection.end();
  }
}
