import type { Flavor } from '#platform/objects/flavor.ts';
import type { Network } from '#platform/objects/network.ts';
import type { Template } from '../../../api/compute/servers/create/accept.ts';
import { aFlavor, anImage, NOTHING_SPECIAL } from '../../support/a-build.ts';
import { aNetwork, aSubnet } from '../../support/a-network.ts';
import type { SqlServer } from '../store/sql-server.ts';
import { doorOf } from './super-conductor.ts';
import type { SimulatedCell } from './world.ts';

/** What operators and users had made before a history begins. */
export const PROJECT = 'a0000000000000000000000000000001';
export const USER = 'a0000000000000000000000000000002';
/** The image of every new server. */
const IMAGE = '1a000000-0000-4000-8000-000000000001';
/** The image of every rebuild. */
export const REBUILD_IMAGE = '1a000000-0000-4000-8000-000000000002';
export const FLAVORS = ['small', 'large', 'gpu'] as const;

const SUBNET = '5e000000-0000-4000-8000-000000000001';
export const POOL = { first: 10, last: 60 } as const;
const AT = '2025-01-01 00:00:00.000';

export const THE_NETWORK: Network = aNetwork({
  id: '0e000000-0000-4000-8000-000000000001',
  subnets: [aSubnet({ id: SUBNET })],
});

/** One of the two CPUs of a large server is its own. */
const HALF_DEDICATED = { 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '1' };

const flavorOf = (id: string): Flavor => {
  if (id === 'large') return aFlavor({ id, name: id, vcpus: 2, ramMb: 512, extraSpecs: HALF_DEDICATED });
  const extraSpecs: Record<string, string> = id === 'gpu' ? { 'resources:PGPU': '1' } : {};
  return aFlavor({ id, name: id, vcpus: 1, ramMb: 256, extraSpecs });
};

export const buildTemplate = (flavor: string, createdAt: string, requestId: string): Template => ({
  projectId: PROJECT,
  userId: USER,
  flavor: flavorOf(flavor),
  image: anImage({ id: IMAGE, name: 'image', url: `http://volvox/image/v2/images/${IMAGE}/file`, ticket: 'ticket' }),
  ...NOTHING_SPECIAL,
  diskConfig: 'AUTO',
  trustedImageCertificates: null,
  reservationId: 'r-simulated',
  networks: [THE_NETWORK],
  createdAt,
  requestId,
});

const hex = (last: number): string => (0x0a140000 + last).toString(16).padStart(8, '0');

export function seedDirectory(sql: SqlServer, cells: readonly SimulatedCell[]): void {
  for (const { id, name } of cells)
    insert(sql, 'cells', {
      id,
      name,
      url: doorOf(name),
      door_key: 'key',
      state: 'enabled',
      created_at: AT,
      updated_at: AT,
    });
  insert(sql, 'networks', {
    id: THE_NETWORK.id,
    project_id: PROJECT,
    name: 'private',
    description: '',
    admin_state_up: 1,
    shared: 1,
    external: 0,
    mtu: 1450,
    segment_type: 'flat',
    physical_network: null,
    segment_id: null,
    created_at: AT,
    updated_at: AT,
    revision: 1,
  });
  insert(sql, 'subnets', {
    id: SUBNET,
    network_id: THE_NETWORK.id,
    project_id: PROJECT,
    name: 'subnet',
    description: '',
    ip_version: 4,
    cidr: '10.20.0.0/24',
    gateway_ip: '10.20.0.1',
    enable_dhcp: 1,
    service_ip: null,
    allocation_pools: JSON.stringify([{ start: `10.20.0.${POOL.first}`, end: `10.20.0.${POOL.last}` }]),
    dns_nameservers: '[]',
    host_routes: '[]',
    created_at: AT,
    updated_at: AT,
    revision: 1,
  });
  insert(sql, 'free_addresses', { subnet_id: SUBNET, first_address: hex(POOL.first), last_address: hex(POOL.last) });
  for (const id of [IMAGE, REBUILD_IMAGE]) {
    insert(sql, 'images', {
      ...{ id, project_id: PROJECT, name: 'image', status: 'active', visibility: 'private' },
      ...{
        disk_format: 'qcow2',
        container_format: 'bare',
        min_disk_gb: 0,
        min_ram_mb: 0,
        is_protected: 0,
        is_hidden: 0,
      },
      ...{ size_bytes: 1, virtual_size_bytes: null, md5: null, sha256: '0'.repeat(64), expected_hashes: '{}' },
      ...{ properties: '{}', upload_id: null, blob_id: null, upload_expires_at: 0, reserved_bytes: 0 },
      ...{ created_at: AT, updated_at: AT, version: 1 },
    });
  }
  insert(sql, 'security_groups', {
    id: '5c000000-0000-4000-8000-000000000001',
    project_id: PROJECT,
    name: 'default',
    description: '',
    created_at: AT,
    updated_at: AT,
  });
  for (const id of FLAVORS) {
    const flavor = flavorOf(id);
    insert(sql, 'flavors', {
      flavor_id: id,
      name: id,
      vcpus: flavor.vcpus,
      ram_mb: flavor.ramMb,
      disk_gb: flavor.diskGb,
      ephemeral_gb: 0,
      swap_mb: 0,
      rxtx_factor: 1,
      is_public: 1,
      disabled: 0,
      description: null,
      extra_specs: JSON.stringify(flavor.extraSpecs),
      created_at: AT,
      updated_at: null,
    });
  }
}

export const seedCell = (cell: SimulatedCell): void =>
  insert(cell.sql, 'cell_identity', { id: 1, cell_id: cell.id, created_at: 0 });

/** The hash of the key that every agent shows; nothing is hashed in a simulation. */
export const AGENT_KEY_HASH = 'simulated';

export function insert(sql: SqlServer, table: string, row: Readonly<Record<string, string | number | null>>): void {
  const names = Object.keys(row);
  sql.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, Object.values(row));
}
