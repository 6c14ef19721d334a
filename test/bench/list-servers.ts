import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { newInstanceRow } from '../../cell/database/stores/instances.ts';
import type { CellTables } from '../../cell/database/tables.ts';
import { aBuild, anImage } from '../support/a-build.ts';
import { PROJECT } from '../support/compute-api.ts';

const NETWORK = {
  ...{ id: randomUUID(), name: 'private', mtu: 1_450, segmentType: 'vxlan', segmentId: 7, external: true },
  subnets: [
    {
      ...{ id: randomUUID(), ipVersion: 4, cidr: '10.0.0.0/8', gatewayIp: '10.0.0.1', enableDhcp: true },
      ...{ dnsNameservers: [], hostRoutes: [], serviceIp: '10.0.0.2' },
    },
  ],
} satisfies InstanceBuild['networks'][number];
const IMAGE = anImage({ name: 'volvox-guest', ticket: 'a signed ticket '.repeat(20) });
const GROUP = randomUUID();
const HOST = { id: randomUUID(), name: 'host', node: 'host' };
const BATCH = 500;

/** A server, as it is listed. `at`: its place, from the oldest. */
interface ListedServer {
  readonly uuid: string;
  readonly at: number;
}

/** What a request made whose servers have a port with an address, in the default group. Seven were made each second. */
function buildOf({ uuid, at }: ListedServer): InstanceBuild {
  const mac = `fa:16:3e:${at.toString(16).padStart(6, '0').match(/../g)?.join(':')}`;
  const address = `10.${(at >> 16) + 1}.${(at >> 8) & 255}.${at & 255}`;
  const port = {
    ...{ id: randomUUID(), networkId: NETWORK.id, mac },
    fixedIps: [{ subnetId: NETWORK.subnets[0]?.id ?? '', address }],
    ...{ tag: null, preserveOnDelete: false, securityGroupIds: [GROUP], revision: 1 },
  };
  return aBuild({
    ...{ uuid, projectId: PROJECT, userId: 'fake', name: `server-${at}` },
    createdAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 7) * 1_000).toISOString(),
    ...{ image: IMAGE, networks: [NETWORK], ports: [port], securityGroups: [{ id: GROUP, name: 'default' }] },
  });
}

const batches = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, n) => all.slice(n * BATCH, (n + 1) * BATCH));

/** Writes so many servers of one project to the directory, in no cell yet. */
export async function acceptServers(
  directory: Database<DirectoryTables>,
  count: number,
): Promise<readonly ListedServer[]> {
  const servers = Array.from({ length: count }, (_, at) => ({ uuid: randomUUID(), at }));
  for (const batch of batches(servers))
    await directory.transaction((tx) => acceptBuilds(tx, batch.map(buildOf), Date.now()));
  return servers;
}

/** Writes them to a cell, where they are ACTIVE, and to the directory as that cell's. */
export async function placeServers(
  directory: Database<DirectoryTables>,
  { id, database }: { readonly id: string; readonly database: Database<CellTables> },
  servers: readonly ListedServer[],
): Promise<void> {
  for (const batch of batches(servers)) {
    const rows = batch.map((server) => ({
      ...newInstanceRow(
        {
          ...{ build: buildOf(server), epoch: 1, operationId: randomUUID(), guestId: randomUUID() },
          ...{ host: HOST, zone: 'nova' },
        },
        Date.now(),
      ),
      ...{ operation_id: null, vm_state: 'active' as const, task_state: null, power_state: 1 },
    }));
    await database.write.insertInto('instances').values(rows).execute();
    const uuids = batch.map(({ uuid }) => uuid);
    await directory.transaction((tx) =>
      tx.updateTable('instance_homes').set({ state: 'homed', cell_id: id }).where('uuid', 'in', uuids).execute(),
    );
  }
  await sql`ANALYZE TABLE instances`.execute(database.schema);
}
