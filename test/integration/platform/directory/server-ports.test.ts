import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { sqlTime, toJson } from '#platform/database/json-column.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { addFreeRanges } from '#platform/directory/stores/addresses.ts';
import { insertNetworks } from '#platform/directory/stores/networks.ts';
import { getPort, insertPorts, updatePort } from '#platform/directory/stores/ports.ts';
import { resolveNetworks } from '#platform/directory/stores/server-networks.ts';
import { createServerPorts, releaseInstancePorts } from '#platform/directory/stores/server-ports.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { hostRange, parseCidr } from '#platform/objects/ip-address.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';

const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

const now = '2026-01-01T00:00:00.000Z';
let projectId: string;
beforeEach(() => {
  projectId = randomUUID().replaceAll('-', '');
});

async function aNetwork(
  cidr: string,
  rest: { shared?: boolean; external?: boolean; gateway?: string; service?: string } = {},
) {
  const id = randomUUID();
  const subnetId = randomUUID();
  const parsed = parseCidr(cidr);
  if (parsed === null) throw new Error(cidr);
  const pool = { first: hostRange(parsed).first + 1n, last: hostRange(parsed).last };
  await db.database.transaction(async (tx: DirectoryTx) => {
    await insertNetworks(tx, [
      {
        id,
        projectId,
        name: 'n',
        description: '',
        adminStateUp: true,
        shared: rest.shared ?? false,
        external: rest.external ?? false,
        mtu: 1500,
        segmentType: 'flat',
        physicalNetwork: null,
        segmentId: null,
        dnsDomain: '',
        portSecurityEnabled: true,
        qosPolicyId: null,
        tags: [],
        createdAt: now,
        updatedAt: now,
        revision: 1,
      },
    ]);
    await tx
      .insertInto('subnets')
      .values({
        id: subnetId,
        network_id: id,
        project_id: projectId,
        name: '',
        description: '',
        ip_version: 4,
        cidr,
        gateway_ip: rest.gateway ?? null,
        enable_dhcp: 1,
        service_ip: rest.service ?? null,
        allocation_pools: toJson([{ start: '10.0.0.2', end: '10.0.0.254' }]),
        dns_nameservers: '[]',
        host_routes: '[]',
        created_at: sqlTime(now),
        updated_at: sqlTime(now),
        revision: 1,
      })
      .execute();
    await addFreeRanges(tx, subnetId, 4, [pool]);
  });
  return { id, subnetId };
}

const plug = async (instanceUuids: readonly string[], requested: Parameters<typeof resolveNetworks>[2]) => {
  const entries = await resolveNetworks(db.database.read, { projectId, isAdmin: false }, requested);
  return db.database.transaction((tx) =>
    createServerPorts(tx, { projectId, instanceUuids, entries, securityGroupIds: [], now }),
  );
};
const release = (uuid: string) => db.database.transaction((tx) => releaseInstancePorts(tx, uuid));
const entry = (networkId: string, fixedIp: string | null = null) => ({ networkId, portId: null, fixedIp, tag: null });

test('twenty servers at once get the twenty lowest addresses, none twice', async () => {
  const network = await aNetwork('10.0.0.0/24');
  const uuids = Array.from({ length: 20 }, () => randomUUID());
  const ports = await Promise.all(uuids.map((uuid) => plug([uuid], [entry(network.id)])));
  const addresses = ports.flat(2).map((port) => Number(port.fixedIps[0]?.address.split('.')[3]));
  expect(addresses.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
  expect(new Set(ports.flat(2).map((port) => port.mac)).size).toBe(20);
});

test('ports that are made for servers have their host names, where these are names in DNS', async () => {
  const network = await aNetwork('10.0.0.0/24');
  const uuids = Array.from({ length: 3 }, () => randomUUID());
  const entries = await resolveNetworks(db.database.read, { projectId, isAdmin: false }, [entry(network.id)]);
  const hostnames = ['web-1', 'a b', 'db.example.org'];
  const request = { projectId, instanceUuids: uuids, hostnames, entries, securityGroupIds: [], now };
  await db.database.transaction((tx) => createServerPorts(tx, request));
  const rows = await db.database.read
    .selectFrom('ports')
    .select(['device_id', 'dns_name'])
    .where('network_id', '=', network.id)
    .execute();
  const names = new Map(rows.map(({ device_id, dns_name }) => [device_id, dns_name]));
  expect(uuids.map((uuid) => names.get(uuid))).toEqual(['web-1', '', 'db.example.org']);
});

test('an address that was given back is the next one that is given; ranges join again', async () => {
  const network = await aNetwork('10.0.0.0/24');
  const uuids = Array.from({ length: 4 }, () => randomUUID());
  const ports = await plug(uuids, [entry(network.id)]);
  expect(ports.map(([port]) => port?.fixedIps[0]?.address)).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']);
  await release(uuids[1] ?? '');
  const [again] = await plug([randomUUID()], [entry(network.id)]);
  expect(again?.[0]?.fixedIps[0]?.address).toBe('10.0.0.3');
  for (const port of again ?? []) expect(port.preserveOnDelete).toBe(false);
  for (const uuid of uuids) await release(uuid);
  const owner = await db.database.read
    .selectFrom('ports')
    .select('device_id')
    .where('network_id', '=', network.id)
    .executeTakeFirstOrThrow();
  await release(owner.device_id);
  const free = await db.database.read
    .selectFrom('free_addresses')
    .selectAll()
    .where('subnet_id', '=', network.subnetId)
    .execute();
  expect(free).toEqual([{ subnet_id: network.subnetId, first_address: '0a000002', last_address: '0a0000fe' }]);
});

test('an address that is asked for is given once', async () => {
  const network = await aNetwork('10.0.0.0/24');
  const [[first] = []] = await plug([randomUUID()], [entry(network.id, '10.0.0.7')]);
  expect(first?.fixedIps).toEqual([{ subnetId: network.subnetId, address: '10.0.0.7' }]);
  await expect(plug([randomUUID()], [entry(network.id, '10.0.0.7')])).rejects.toMatchObject({
    kind: 'invalid',
    message: 'Fixed IP address 10.0.0.7 is already in use.',
  });
  const others = await plug(
    Array.from({ length: 7 }, () => randomUUID()),
    [entry(network.id)],
  );
  expect(others.map(([port]) => port?.fixedIps[0]?.address)).toEqual(
    [2, 3, 4, 5, 6, 8, 9].map((last) => `10.0.0.${last}`),
  );
});

test.each(['10.0.0.0', '10.0.0.255', '10.0.0.1', '10.0.0.254', '10.0.1.5', 'x'])(
  "the address %s is no guest's",
  async (address) => {
    const network = await aNetwork('10.0.0.0/24', { gateway: '10.0.0.1', service: '10.0.0.254' });
    await expect(plug([randomUUID()], [entry(network.id, address)])).rejects.toMatchObject({
      kind: 'invalid',
      message: `Fixed IP ${address} is not a valid ip address for network ${network.id}.`,
    });
  },
);

test("an address of somebody else's shared network cannot be chosen", async () => {
  const network = await aNetwork('10.0.0.0/24', { shared: true });
  const owner = projectId;
  projectId = randomUUID().replaceAll('-', '');
  await expect(plug([randomUUID()], [entry(network.id, '10.0.0.7')])).rejects.toMatchObject({ kind: 'forbidden' });
  expect((await plug([randomUUID()], [entry(network.id)])).flat()).toHaveLength(1);
  const admin = await resolveNetworks(db.database.read, { projectId, isAdmin: true }, [entry(network.id, '10.0.0.7')]);
  expect(admin[0]?.fixedIp?.address).toBe('10.0.0.7');
  projectId = owner;
  await db.database.write.updateTable('networks').set({ shared: 0 }).where('id', '=', network.id).execute();
  expect((await plug([randomUUID()], [entry(network.id, '10.0.0.7')])).flat()).toHaveLength(1);
});

/** A port that a project made itself, on a network. */
async function aPort(networkId: string, project: string): Promise<string> {
  const [[port] = []] = await plug([randomUUID()], [entry(networkId)]);
  if (port === undefined) throw new Error('no port');
  await db.database.write
    .updateTable('ports')
    .set({ project_id: project, device_id: '', device_owner: '', made_for_device: 0 })
    .where('id', '=', port.id)
    .execute();
  return port.id;
}
const portEntry = (portId: string) => ({ networkId: null, portId, fixedIp: null, tag: null });

test("another project's port is not usable, though it is seen", async () => {
  const network = await aNetwork('10.0.0.0/24');
  const theirs = await aPort(network.id, 'another-project');
  for (const isAdmin of [false, true]) {
    await expect(resolveNetworks(db.database.read, { projectId, isAdmin }, [portEntry(theirs)])).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`Port ${theirs} not usable for instance.`),
    });
  }
  const own = await aPort(network.id, projectId);
  expect((await plug([randomUUID()], [portEntry(own)]))[0]?.[0]?.id).toBe(own);
});

test('a port that changes after it was looked up is not taken', async () => {
  const network = await aNetwork('10.0.0.0/24');
  const own = await aPort(network.id, projectId);
  const viewer = { projectId, isAdmin: false };
  const entries = await resolveNetworks(db.database.read, viewer, [portEntry(own)]);
  const row = await getPort(db.database.read, viewer, own);
  await db.database.transaction((tx) => updatePort(tx, row, { mac: 'fa:16:3e:ff:ff:01' }));
  const request = { projectId, instanceUuids: [randomUUID()], entries, securityGroupIds: [], now };
  await expect(db.database.transaction((tx) => createServerPorts(tx, request))).rejects.toMatchObject({
    kind: 'conflict',
  });
});

test('two ports that met on one MAC get others', async () => {
  const network = await aNetwork('10.0.0.0/24');
  const [[port] = []] = await plug([randomUUID()], [entry(network.id)]);
  if (port === undefined) throw new Error('no port');
  const made = await getPort(db.database.read, { projectId, isAdmin: false }, port.id);
  const inserted = await db.database.transaction((tx) =>
    insertPorts(tx, [
      { ...made, id: randomUUID() },
      { ...made, id: randomUUID() },
    ]),
  );
  expect(new Set([port.mac, ...inserted.map((one) => one.mac)]).size).toBe(3);
});

test('a full network refuses, and nothing of the attempt is kept', async () => {
  const network = await aNetwork('10.0.0.0/29');
  await expect(
    plug(
      Array.from({ length: 6 }, () => randomUUID()),
      [entry(network.id)],
    ),
  ).rejects.toMatchObject({
    kind: 'invalid',
    message: `No fixed IP addresses available for network: ${network.id}`,
  });
  expect(
    await plug(
      Array.from({ length: 5 }, () => randomUUID()),
      [entry(network.id)],
    ),
  ).toHaveLength(5);
});

test('without a choice the only network is taken; two are ambiguous; none is none', async () => {
  expect(await plug([randomUUID()], 'default')).toEqual([[]]);
  await expect(plug([randomUUID()], 'auto')).rejects.toMatchObject({ kind: 'invalid' });
  const network = await aNetwork('10.0.0.0/24');
  expect((await plug([randomUUID()], 'auto'))[0]?.[0]?.networkId).toBe(network.id);
  await aNetwork('10.1.0.0/24');
  await expect(plug([randomUUID()], 'auto')).rejects.toMatchObject({ kind: 'conflict' });
  expect(await plug([randomUUID()], 'none')).toEqual([[]]);
});
