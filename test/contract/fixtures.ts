import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { sqlTime } from '#platform/database/json-column.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { addAggregateHost, createAggregate } from '#platform/directory/stores/aggregates.ts';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import { legacyId } from '../../api/compute/legacy-id.ts';
import { NEWEST_MINOR } from '../../api/compute/microversions.ts';
import { aBuild, aFlavor } from '../support/a-build.ts';
import { aSchedulingRequest } from '../support/a-scheduling-request.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ENCRYPTED_IMAGES, IMAGE_ID, seedImages } from './fixture-images.ts';
import { RECORDED_MIGRATION } from './fixture-migrations.ts';
import { PUBLIC_URL, type Region } from './region.ts';
import { tokenOf } from './token-names.ts';

/** What Nova's own test fixtures name, and what stands for it here. Printed after the replay. */
interface FixedValue {
  readonly recorded: string | RegExp;
  readonly here: string;
  /** Where in an answer it may stand; anywhere by default. */
  readonly at?: RegExp;
  readonly accepts: (found: unknown, fixture: Fixture, recorded: string) => boolean;
}

/** A host that the tests of Nova start, and requests name. */
export const RECORDED_HOST = 'openstack-node-01';

export const FIXED_VALUES: readonly FixedValue[] = [
  {
    recorded: '6f70656e737461636b20342065766572',
    here: "the scenario's own project",
    accepts: (v, f) => v === f.projectId,
  },
  {
    recorded: 'fake',
    here: "the scenario's own user, or its admin",
    accepts: (v, f) => v === f.memberId || v === f.adminId,
  },
  { recorded: 'admin', here: "the scenario's own admin", accepts: (v, f) => v === f.adminId },
  { recorded: 'compute', here: 'the simulated host', accepts: (v, f) => v === f.hostName },
  { recorded: 'conductor', here: 'the host of the conductor', accepts: (v, f) => v === f.conductorHost },
  { recorded: 'fake-mini', here: 'the simulated host', accepts: (v, f) => v === f.hostName },
  { recorded: RECORDED_HOST, here: 'the simulated host', accepts: (v, f) => v === f.hostName },
  { recorded: 'nova', here: 'the zone us-west', at: /availability_zone$/, accepts: (v) => v === 'us-west' },
  {
    recorded: '^\\w+\\n?$',
    here: 'the simulated host',
    at: /\.(host|host_name)$/,
    accepts: (v, f) => v === f.hostName,
  },
  {
    recorded: /^\d+$/,
    here: 'a size of the simulated host, or of what is on it',
    at: /\.resource\.(cpu|memory_mb|disk_gb)$/,
    accepts: (found) => Number.isInteger(found),
  },
  {
    recorded: 'FAKE CONSOLE OUTPUT\nANOTHER\nLAST LINE',
    here: 'the console of a simulated guest',
    at: /output$/,
    accepts: matching(/login:/),
  },
  {
    recorded: 'instance-00000001',
    here: 'the number of the instance in its cell',
    at: /instance_name$/,
    accepts: matching(/^instance-\d{8}$/),
  },
  {
    recorded: '2091634baaccdc4c5a1d57069c833e402921df696b7f970791b12ec6',
    here: "the digest of the scenario's own project and host",
    at: /hostId$/,
    accepts: matching(/^[0-9a-f]{56}$/),
  },
  {
    recorded: /^http:\/\/openstack\.example\.com(\/v2\.1)?\/6f70656e737461636b20342065766572\//,
    here: 'the URL of the region, without the project',
    at: /href$/,
    accepts: (found, { publicUrl }, recorded) =>
      found ===
      recorded
        .replace('http://openstack.example.com', `${publicUrl}/compute`)
        .replace('/6f70656e737461636b20342065766572', ''),
  },
  {
    recorded: /^\^?http:\/\/glance\.openstack\.example\.com\/images\//,
    here: "the image's path at the image API",
    at: /href$/,
    accepts: (found, { publicUrl }) =>
      typeof found === 'string' && found.startsWith(`${publicUrl}/image/images/`) && /\/[0-9a-f-]{36}$/.test(found),
  },
  {
    recorded: '1',
    here: 'the next number, in a region that was used before',
    at: /^\$\.(aggregate|aggregates\[\d+\]|keypair)\.id$/,
    accepts: (found, { isSeeded }) => !isSeeded && Number.isInteger(found),
  },
  {
    recorded: '2011-01-01T01:02:03Z',
    here: 'the time at which an image was made through the API',
    at: /\.(created|updated)$/,
    accepts: (found, { isSeeded }) => !isSeeded && typeof found === 'string' && !Number.isNaN(Date.parse(found)),
  },
  {
    recorded: /^\d+$/,
    here: 'a counter of a simulated guest',
    at: /^\$\.(cpu0_time|vda_(read|write)(_req)?|vnet1_[rt]x(_packets)?)$/,
    accepts: (found) => Number.isInteger(found),
  },
  { recorded: '00:0c:29:0d:11:74', here: 'a MAC address', accepts: matching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/) },
  { recorded: '192.168.1.30', here: "an address of the project's network", accepts: matching(/^10\.\d+\.\d+\.\d+$/) },
  {
    recorded: '/dev/sda',
    here: 'the root disk as QEMU guests see it',
    at: /root_device_name$/,
    accepts: matching(/^\/dev\/vda$/),
  },
];

function matching(expression: RegExp) {
  return (found: unknown): boolean => typeof found === 'string' && expression.test(found);
}

/** Whether a fixed value of the recording may stand for the value of the answer. */
export const standsFor = (fixture: Fixture, recorded: string, found: unknown, path: string): boolean =>
  FIXED_VALUES.some(
    (one) =>
      (typeof one.recorded === 'string' ? one.recorded === recorded : one.recorded.test(recorded)) &&
      (one.at?.test(path) ?? true) &&
      one.accepts(found, fixture, recorded),
  );

/** One scenario's own world: nothing of another scenario shows in it. */
export interface Fixture {
  readonly projectId: string;
  readonly memberId: string;
  readonly adminId: string;
  readonly hostName: string;
  /** Where the conductor of the cell runs. */
  readonly conductorHost: string;
  /** How clients reach the region; links of answers begin with it. */
  readonly publicUrl: string;
  /** Of its member or its admin. */
  readonly token: (isAdmin: boolean) => string;
  /** Whether its rows were written into the database: numbers begin at 1, and images have the times of the recording. */
  readonly isSeeded: boolean;
  /** The server that recorded hints name; null: there is none, and the hints are left out. */
  readonly neighbour: string | null;
  /** Placeholders `${…}` by name. */
  readonly values: (name: string) => string | undefined;
}

const AGGREGATE_TABLES = ['aggregates', 'aggregate_hosts', 'aggregate_metadata'] as const;
const GENERAL_TABLES = [
  'flavors',
  'flavor_access',
  'key_pairs',
  'server_groups',
  'server_group_members',
  'quotas',
  'quota_classes',
] as const;

/** Empties what scenarios share (their numbering starts again) and seeds what Nova's fixtures have. */
export async function prepare(region: Region): Promise<Fixture> {
  const { directory, hostName } = region;
  for (const table of GENERAL_TABLES) await sql.raw(`TRUNCATE TABLE ${table}`).execute(directory.write);
  const projectId = randomBytes(16).toString('hex');
  const memberId = `member-${projectId.slice(0, 8)}`;
  const adminId = `admin-${projectId.slice(0, 8)}`;
  await seedFlavors(directory);
  await seedImages(directory, projectId);
  await seedNetwork(directory, projectId);
  return fixtureOf({
    projectId,
    memberId,
    adminId,
    hostName,
    conductorHost: hostname(),
    publicUrl: PUBLIC_URL,
    neighbour: NEIGHBOUR,
    isSeeded: true,
    token: (isAdmin) => tokenOf({ userId: isAdmin ? adminId : memberId, projectId, isAdmin }),
  });
}

/** A world with the placeholders that follow from it. */
export function fixtureOf(world: Omit<Fixture, 'values'>): Fixture {
  const { projectId, hostName, publicUrl } = world;
  const made = new Map<string, string>();
  const fixed: Readonly<Record<string, string>> = {
    host: `${publicUrl}/compute`,
    compute_endpoint: `${publicUrl}/compute`,
    versioned_compute_endpoint: `${publicUrl}/compute/v2.1`,
    glance_host: `${publicUrl}/image`,
    compute_host: hostName,
    project_id: projectId,
    'glance.auto_disk_config_enabled_image.id': IMAGE_ID,
    ...ENCRYPTED_IMAGES,
    'int(flavors[-1].flavorid) + 1': DESCRIBED_FLAVOR.id,
    'nova.objects.Migration().id': String(legacyId(RECORDED_MIGRATION)),
    'nova.api.openstack.api_version_request.max_api_version().get_string()': `2.${NEWEST_MINOR}`,
  };
  return {
    ...world,
    values: (name) => {
      if (name === 'oslo_utils.timeutils.normalize_time()') return new Date(Date.now() + 1_000).toISOString();
      if (name in fixed) return fixed[name];
      if (!/^(gen_uuid\.|uuidsentinel\.)/.test(name)) return undefined;
      const known = made.get(name) ?? numbered(name, randomUUID());
      made.set(name, known);
      return known;
    },
  };
}

/** Generated uuids are in the order of their numbers, so that lists sorted by names made of them are too. */
const numbered = (name: string, uuid: string): string =>
  `${(/^gen_uuid\.(\d+)$/.exec(name)?.[1] ?? '99').padStart(8, '0')}${uuid.slice(8)}`;

const flavor = (
  id: string,
  name: string,
  ramMb: number,
  vcpus: number,
  diskGb: number,
  rest: Partial<Flavor> = {},
): Flavor => aFlavor({ id, name, ramMb, vcpus, diskGb, ...rest });

/** nova/tests/functional/api_samples_test_base.py */
export const FLAVORS: readonly Flavor[] = [
  flavor('1', 'm1.tiny', 512, 1, 1),
  flavor('2', 'm1.small', 2_048, 1, 20),
  flavor('3', 'm1.medium', 4_096, 2, 40),
  flavor('4', 'm1.large', 8_192, 4, 80),
  flavor('5', 'm1.xlarge', 16_384, 8, 160),
  flavor('6', 'm1.tiny.specs', 512, 1, 1, { extraSpecs: { 'hw:numa_nodes': '1' } }),
];

/** What the scenarios of flavor descriptions make inside Nova. */
export const DESCRIBED_FLAVOR = flavor('7', 'm1.small.description', 2_048, 1, 20, {
  description: 'test description',
  extraSpecs: { 'hw:cpu_policy': 'shared', 'hw:numa_nodes': '1' },
});

export async function seedFlavors(directory: Directory): Promise<void> {
  await directory.transaction(async (tx) => {
    for (const [index, one] of FLAVORS.entries()) {
      await createFlavor(tx, one, new Date(Date.now() - 10_000 + index).toISOString());
    }
  });
}

/** The project's one network, named as Nova's fixture names it. */
export async function seedNetwork(directory: Directory, projectId: string): Promise<void> {
  const now = sqlTime(new Date().toISOString());
  const networkId = randomUUID();
  const subnetId = randomUUID();
  const segment = Number.parseInt(projectId.slice(0, 5), 16) + 1;
  await directory.write
    .insertInto('networks')
    .values({
      id: networkId,
      project_id: projectId,
      name: 'private',
      description: '',
      mtu: 1_450,
      segment_type: 'vxlan',
      segment_id: segment,
      physical_network: null,
      external: 0,
      shared: 0,
      admin_state_up: 1,
      created_at: now,
      updated_at: now,
      revision: 1,
    })
    .execute();
  await directory.write
    .insertInto('subnets')
    .values({
      id: subnetId,
      network_id: networkId,
      project_id: projectId,
      name: 'private',
      description: '',
      ip_version: 4,
      cidr: '10.0.0.0/24',
      gateway_ip: '10.0.0.1',
      enable_dhcp: 1,
      dns_nameservers: '[]',
      host_routes: '[]',
      allocation_pools: JSON.stringify([{ start: '10.0.0.10', end: '10.0.0.250' }]),
      service_ip: '10.0.0.2',
      created_at: now,
      updated_at: now,
      revision: 1,
    })
    .execute();
  await directory.write
    .insertInto('free_addresses')
    .values({ subnet_id: subnetId, first_address: '0a00000a', last_address: '0a0000fa' })
    .execute();
}

/** No aggregates; their numbering starts again. */
export async function emptyAggregates({ directory }: Region): Promise<void> {
  for (const table of AGGREGATE_TABLES) await sql.raw(`TRUNCATE TABLE ${table}`).execute(directory.write);
}

/** The server that recorded hints name (`same_host`), on the host; in no scenario's lists, because its cell knows it as another's. */
export const NEIGHBOUR = '48e6a9f6-30af-47e0-bc04-acaed113bb4e';

export async function seedNeighbour({ directory }: Region): Promise<void> {
  const build = aBuild({ uuid: NEIGHBOUR, projectId: 'neighbours' });
  await directory.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
  await waitUntil(
    'the neighbour has a home',
    async () => (await getHome(directory.read, NEIGHBOUR))?.state === 'placed',
  );
}

/** Hints reach servers of the own project only: for the directory the neighbour is of the scenario's. */
export async function adoptNeighbour({ directory }: Region, { projectId }: Fixture): Promise<void> {
  await directory.write
    .updateTable('instance_homes')
    .set({ project_id: projectId })
    .where('uuid', '=', NEIGHBOUR)
    .execute();
}

/** The zone that Nova's fixtures build in, with the host in it; resolves when the scheduler knows it. */
export async function seedZone({ deps, directory, hostName, scheduler }: Region): Promise<void> {
  const now = new Date().toISOString();
  await directory.transaction(async (tx) => {
    const { id } = await createAggregate(tx, { uuid: randomUUID(), name: 'us-west', zone: 'us-west' }, now);
    for (const cell of deps.cells.all()) await addAggregateHost(tx, id, hostName, cell.id);
  });
  const request = aSchedulingRequest({
    resources: { vcpus: 1, ramMb: 1, diskGb: 0 },
    availabilityZone: 'us-west',
    alternates: 0,
  });
  await waitUntil('the scheduler knows the zone', async () => {
    const { decisions } = await scheduler.schedule({ requests: [request] });
    return decisions[0]?.candidates.length === 1;
  });
}
