import { POOL } from '../region/seed.ts';
import type { SimulatedCell, World } from '../region/world.ts';
import type { Asked } from './user.ts';

interface HomeRow {
  readonly uuid: string;
  readonly state: string;
  readonly cell_id: string | null;
  readonly epoch: number;
  readonly vcpus: number;
  readonly ram_mb: number;
  readonly fault: string | null;
  readonly build: string;
}

/** Nothing accepted is lost, every server has one home, and quota, ports and addresses are those of the servers there are. */
export function auditDirectory(world: World, asked: readonly Asked[]): string[] {
  const { directory } = world;
  const wrong: string[] = [];
  const homes = directory.look<HomeRow & Record<string, unknown>>(
    'SELECT uuid, state, cell_id, epoch, vcpus, ram_mb, fault, build FROM instance_homes',
  );
  for (const one of asked) {
    const home = homes.find(({ uuid }) => uuid === one.uuid);
    if (home === undefined) {
      if (one.accepted) wrong.push(`${one.uuid} was accepted and is in no book`);
      continue;
    }
    if (home.state === 'deleted' && !one.deleteAsked) wrong.push(`${one.uuid} is deleted, and nobody asked for it`);
    const isPromised = one.forceAccepted || (one.deleteAccepted && !wasKept(world, one.uuid));
    if (home.state !== 'deleted' && isPromised)
      wrong.push(`the delete of ${one.uuid} was accepted; it is ${home.state}`);
  }
  for (const home of homes) wrong.push(...auditHome(world, home));

  const living = homes.filter(({ state }) => state !== 'deleted');
  const used = new Map(
    directory
      .look<{ resource: string; in_use: number }>('SELECT resource, in_use FROM quota_usages')
      .map((row) => [row.resource, row.in_use]),
  );
  const sum = (of: (home: HomeRow) => number) => living.reduce((total, home) => total + of(home), 0);
  const expected = { instances: living.length, cores: sum((home) => home.vcpus), ram: sum((home) => home.ram_mb) };
  for (const [resource, count] of Object.entries(expected)) {
    if ((used.get(resource) ?? 0) !== count)
      wrong.push(`quota of ${resource} is ${used.get(resource) ?? 0}, servers use ${count}`);
  }

  const ports = directory.look<{ id: string; device_id: string }>('SELECT id, device_id FROM ports');
  for (const port of ports) {
    if (!living.some(({ uuid }) => uuid === port.device_id)) wrong.push(`port ${port.id} is left of ${port.device_id}`);
  }
  const allocated = directory.look<{ port_id: string }>('SELECT port_id FROM address_allocations');
  for (const { port_id } of allocated) {
    if (!ports.some(({ id }) => id === port_id)) wrong.push(`an address is left of port ${port_id}`);
  }
  const free = directory
    .look<{ first_address: string; last_address: string }>('SELECT first_address, last_address FROM free_addresses')
    .reduce(
      (total, row) => total + Number.parseInt(row.last_address, 16) - Number.parseInt(row.first_address, 16) + 1,
      0,
    );
  const all = POOL.last - POOL.first + 1;
  if (free + allocated.length !== all)
    wrong.push(`${free} addresses are free and ${allocated.length} taken, of ${all}`);
  return wrong;
}

/** A cell kept it for some time, so that it is soft-deleted, or as it was because its host could not stop it. */
const wasKept = ({ cells }: World, uuid: string): boolean =>
  cells.some(
    ({ sql }) => sql.look("SELECT id FROM operations WHERE subject = ? AND kind = 'softDelete'", uuid).length > 0,
  );

/** What nothing that simulated users do changes: all of a build but its flavor, its ports and its image (audit-rebuilds.ts). */
function named(build: string): string {
  const {
    flavor: _flavor,
    ports: _ports,
    networks: _networks,
    image: _image,
    ...rest
  } = JSON.parse(build) as Record<string, unknown>;
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** An admin who writes that a server is an ERROR gives no reason. */
const wasReset = ({ sql }: SimulatedCell, uuid: string): boolean =>
  sql.look("SELECT id FROM operations WHERE subject = ? AND kind = 'resetState'", uuid).length > 0;

function auditHome(world: World, home: HomeRow): string[] {
  const wrong: string[] = [];
  const rows = world.cells.flatMap((cell) =>
    cell.sql
      .look<{ epoch: number; vm_state: string; fault: string | null; build: string; old_flavor: string | null }>(
        'SELECT epoch, vm_state, fault, build, old_flavor FROM instances WHERE uuid = ? AND deleted_at IS NULL',
        home.uuid,
      )
      .map((row) => ({ ...row, cell })),
  );
  const where = rows.map(({ cell, epoch }) => `${cell.name} (epoch ${epoch})`).join(', ') || 'nowhere';
  if (home.state !== 'homed') {
    if (rows.length > 0) wrong.push(`${home.uuid} is ${home.state}, and has a row in ${where}`);
    if (home.state === 'buried' && home.fault === null) wrong.push(`${home.uuid} is buried without a fault`);
    return wrong;
  }
  const [row] = rows;
  if (rows.length !== 1 || row?.cell.id !== home.cell_id || row.epoch !== home.epoch)
    return [`${home.uuid} is at home in ${home.cell_id} at epoch ${home.epoch}, and has a row in ${where}`];
  if (row.vm_state === 'error' && row.fault === null && !wasReset(row.cell, home.uuid))
    wrong.push(`${home.uuid} is an ERROR without a fault`);
  if (row.vm_state === 'building') wrong.push(`${home.uuid} is being built for ever`);
  if (named(row.build) !== named(home.build)) wrong.push(`${home.uuid} is not what was requested: ${row.build}`);
  type Sizes = { vcpus: number; ramMb: number };
  const flavor = (JSON.parse(row.build) as { flavor: Sizes }).flavor;
  const old = row.old_flavor === null ? flavor : (JSON.parse(row.old_flavor) as Sizes);
  const reserved = { vcpus: Math.max(flavor.vcpus, old.vcpus), ramMb: Math.max(flavor.ramMb, old.ramMb) };
  if (reserved.vcpus !== home.vcpus || reserved.ramMb !== home.ram_mb)
    wrong.push(`${home.uuid} reserves ${home.vcpus} vcpus of the quota, and needs ${reserved.vcpus}`);
  return wrong;
}
