import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../deploy/client/api-client.ts';
import { newChangingServer, roundsIn, SLOW_MIGRATIONS } from '../support/live/changing-guest.ts';
import { hostNameOf, hostsOfRegion, lastMigration, migrateTo, TWO_HOSTS, untilOn } from '../support/live/two-hosts.ts';
import { consoleOf } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

const BOOT_MS = 240_000;
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: QEMU hosts need root');

describe.skipIf(!isRoot)('a live migration of a guest that changes its memory fast', () => {
  let id = '';
  const region = useTestRegion({ ...TWO_HOSTS, settings: SLOW_MIGRATIONS }, 600_000, async ({ admin, untilActive }) => {
    id = await newChangingServer(admin);
    await untilActive(id, BOOT_MS);
    await waitUntil('it to change its memory', async () => roundsIn(await consoleOf(admin, id)) > 0, BOOT_MS);
  });

  const inProgress = async () =>
    (await region.admin.call('compute', 'GET /servers/{id}/migrations', { path: { id } })).migrations[0];
  /** From the host that the server is on to the other one. */
  const begin = async () => {
    const from = (await region.server(id))['OS-EXT-SRV-ATTR:host'] ?? '';
    const to =
      hostsOfRegion(region)
        .map(hostNameOf)
        .find((name) => name !== from) ?? '';
    await migrateTo(region.admin, id, to);
    const migration = await waitUntil(
      'memory to be sent',
      async () => {
        const found = await inProgress();
        return (found?.memory_processed_bytes ?? 0) > 0 ? found : null;
      },
      120_000,
    );
    return { from, to, migration };
  };
  const goesOn = async () => {
    const before = roundsIn(await consoleOf(region.admin, id));
    await waitUntil('it to go on', async () => roundsIn(await consoleOf(region.admin, id)) > before, 60_000);
  };
  const guestsOn = async (name: string): Promise<readonly string[]> => {
    const host = hostsOfRegion(region).find((one) => hostNameOf(one) === name);
    return readdir(join(region.region.home.data(host?.name ?? '', 'compute'), 'guests'));
  };

  it('shows how far it is, and is aborted: the guest goes on where it is, and nothing is left on the other host', async () => {
    const { from, to, migration } = await begin();
    expect(migration).toMatchObject({ status: 'running', source_compute: from, dest_compute: to, server_uuid: id });
    expect(migration.memory_total_bytes).toBeGreaterThan(100 * 1024 ** 2);
    expect(migration.disk_total_bytes).toBeGreaterThan(0);
    expect(migration.disk_remaining_bytes).toBe(0);
    await waitUntil(
      'more to be sent',
      async () => ((await inProgress())?.memory_processed_bytes ?? 0) > (migration.memory_processed_bytes ?? 0),
    );
    const path = { id, migration: String(migration.id) };
    await region.admin.call('compute', 'DELETE /servers/{id}/migrations/{migration}', { path });
    await waitUntil(
      'the migration to end',
      async () => (await region.server(id))['OS-EXT-STS:task_state'] === null,
      60_000,
    );
    expect(await lastMigration(region.admin, id)).toBe('cancelled');
    expect(await region.server(id)).toMatchObject({ status: 'ACTIVE', 'OS-EXT-SRV-ATTR:host': from });
    await goesOn();
    await waitUntil('the other host to be clean', async () => (await guestsOn(to)).length === 0);
    await expect(region.admin.call('compute', 'DELETE /servers/{id}/migrations/{migration}', { path })).rejects.toThrow(
      ApiError,
    );
  }, 300_000);

  it('ends soon when it is forced to, and the guest goes on at the other host', async () => {
    const { to, migration } = await begin();
    const path = { id, migration: String(migration.id) };
    await region.admin.call('compute', 'POST /servers/{id}/migrations/{migration}/action', {
      path,
      body: { force_complete: null },
    });
    await untilOn(region, id, to);
    expect(await lastMigration(region.admin, id)).toBe('completed');
    await goesOn();
  }, 300_000);
});
