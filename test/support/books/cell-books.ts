import { count, type DirectoryBooks, type HomeRow, unfinished } from './directory-books.ts';
import type { Sql } from './region-sql.ts';

interface InstanceRow {
  readonly uuid: string;
  readonly epoch: number;
  readonly vm_state: string;
  readonly presence: string;
  readonly task_state: string | null;
  readonly operation_id: string | null;
  readonly power_state: number;
  readonly guest_id: string | null;
  readonly host_id: string | null;
}
/** A guest, as its cell knows it. */
interface GuestRow {
  readonly id: string;
  readonly instance_uuid: string;
  readonly role: string;
  readonly epoch: number;
  readonly power: string;
  readonly settled: number;
  readonly error: string | null;
}
interface ClaimRow {
  readonly guest_id: string;
  readonly instance_uuid: string;
}
interface BindingRow {
  readonly id: string;
  readonly port_id: string;
  readonly guest_id: string;
  readonly instance_uuid: string;
  readonly present: number;
  readonly settled: number;
}

export interface CellBooks {
  readonly name: string;
  readonly instances: readonly InstanceRow[];
  readonly guestRows: readonly GuestRow[];
  /** Ids of the ports that are to be plugged. */
  readonly plugged: readonly string[];
  readonly differences: readonly string[];
}

/** What a cell has, and what in it does not agree with itself or with the directory. */
export async function readCell(name: string, sql: Sql, directory: DirectoryBooks): Promise<CellBooks> {
  const [instances, guestRows, bindings, claims, more] = await Promise.all([
    sql.rows<InstanceRow>(
      `SELECT uuid, epoch, vm_state, presence, task_state, operation_id, power_state, guest_id, host_id FROM instances WHERE deleted_at IS NULL`,
    ),
    sql.rows<GuestRow>('SELECT id, instance_uuid, role, epoch, power, settled, error FROM guests'),
    sql.rows<BindingRow>('SELECT id, port_id, guest_id, instance_uuid, present, settled FROM port_bindings'),
    sql.rows<ClaimRow>('SELECT guest_id, instance_uuid FROM claims'),
    Promise.all([
      unfinished(sql),
      usage(sql),
      count(sql, 'notices that nobody took', 'SELECT COUNT(*) AS n FROM notices'),
      quarantined(sql),
      count(sql, 'hosts that are down', 'SELECT COUNT(*) AS n FROM hosts WHERE up <> 1'),
    ]),
  ]);
  const homes = directory.homes.filter((home) => home.cell === name);
  const differences = [
    ...more.flat(),
    ...instancesAndHomes(instances, homes),
    ...instances.flatMap((instance) => guestDifferences(instance, guestRows)),
    ...instances.flatMap(({ uuid, presence }) => (presence === 'here' ? [] : [`${uuid} is ${presence}`])),
    ...unownedGuests(instances, guestRows),
    ...claimsOf(guestRows, claims),
    ...bindingsOf(instances, guestRows, bindings, directory),
  ];
  const plugged = bindings.flatMap(({ port_id: port, present }) => (present === 1 ? [port] : []));
  return { name, instances, guestRows, plugged, differences: differences.map((line) => `${name}: ${line}`) };
}

function instancesAndHomes(instances: readonly InstanceRow[], homes: readonly HomeRow[]): string[] {
  const byHome = new Map(homes.map((home) => [home.uuid, home]));
  const byRow = new Set(instances.map(({ uuid }) => uuid));
  return [
    ...homes.flatMap((home) => (byRow.has(home.uuid) ? [] : [`${home.uuid} is at home here, and is not here`])),
    ...instances.flatMap(({ uuid, epoch, task_state: task, operation_id: operation }) => {
      const home = byHome.get(uuid);
      if (home === undefined) return [`${uuid} is here, and not at home here`];
      if (home.epoch !== epoch) return [`${uuid} is here at epoch ${epoch}, at home at ${home.epoch}`];
      return task !== null || operation !== null ? [`${uuid} has the task ${task} of operation ${operation}`] : [];
    }),
  ];
}

const ROLES: Readonly<Record<string, string>> = { resized: 'current,source' };

/** One guest; together with the old one while a resize waits for its confirmation; none once a shelved server has left its host, whatever state an admin has written since. */
function guestDifferences(instance: InstanceRow, guestRows: readonly GuestRow[]): string[] {
  const ofInstance = guestRows.filter((row) => row.instance_uuid === instance.uuid);
  const roles = ofInstance.map(({ role }) => role).sort();
  const expected = instance.host_id === null ? '' : (ROLES[instance.vm_state] ?? 'current');
  const current = ofInstance.find(({ role }) => role === 'current');
  return [
    ...(roles.join() === expected ? [] : [`${instance.uuid} (${instance.vm_state}) has the guests: ${roles.join()}`]),
    ...(current !== undefined && current.id !== instance.guest_id ? [`${instance.uuid} names another guest`] : []),
    ...ofInstance.flatMap(({ role, settled, error }) =>
      settled === 1 ? [] : [`the ${role} guest of ${instance.uuid} is not settled (${error})`],
    ),
    ...ofInstance.flatMap(({ epoch }) =>
      epoch === instance.epoch ? [] : [`a guest of ${instance.uuid} is of epoch ${epoch}`],
    ),
  ];
}

/** Those of quarantined servers are counted with these. */
function unownedGuests(instances: readonly InstanceRow[], guestRows: readonly GuestRow[]): string[] {
  const known = new Set(instances.map(({ uuid }) => uuid));
  return guestRows.flatMap(({ id, instance_uuid: uuid, role }) =>
    known.has(uuid) || role === 'aside' ? [] : [`guest ${id} (${role}) is of no instance (${uuid})`],
  );
}

function claimsOf(guestRows: readonly GuestRow[], claims: readonly ClaimRow[]): string[] {
  const rowIds = new Set(guestRows.map(({ id }) => id));
  const claimed = new Set(claims.map(({ guest_id: id }) => id));
  return [
    ...guestRows.flatMap(({ id, role, instance_uuid: uuid }) =>
      claimed.has(id) ? [] : [`the ${role} guest of ${uuid} has no claim`],
    ),
    ...claims.flatMap(({ guest_id: id, instance_uuid: uuid }) =>
      rowIds.has(id) ? [] : [`a claim for ${uuid} has no guest (${id})`],
    ),
  ];
}

/** Each guest has a binding for each port of its server; those of the current guest are plugged. */
function bindingsOf(
  instances: readonly InstanceRow[],
  guestRows: readonly GuestRow[],
  bindings: readonly BindingRow[],
  { ports }: DirectoryBooks,
): string[] {
  const current = new Set(instances.map(({ guest_id: id }) => id));
  const known = new Set(guestRows.map(({ id }) => id));
  const plugged = bindings.filter(({ guest_id: guest }) => current.has(guest));
  return [
    ...bindings.flatMap(({ guest_id: guest, instance_uuid: uuid }) =>
      known.has(guest) ? [] : [`a binding of ${uuid} is of no guest (${guest})`],
    ),
    ...bindings.flatMap(({ instance_uuid: uuid, settled }) =>
      settled === 1 ? [] : [`a binding of ${uuid} is not settled`],
    ),
    ...plugged.flatMap(({ instance_uuid: uuid, present }) =>
      present === 1 ? [] : [`a port of ${uuid} is not to be plugged at the current guest`],
    ),
    ...instances.flatMap(({ uuid, host_id: host }) => {
      const expected = ports.filter((port) => host !== null && port.device_id === uuid).map(({ id }) => id);
      const there = plugged.filter((row) => row.instance_uuid === uuid).map((row) => row.port_id);
      return expected.sort().join() === there.sort().join()
        ? []
        : [`${uuid} has ${expected.length} ports, ${there.length} of them bound`];
    }),
  ];
}

async function quarantined(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ uuid: string; reason: string }>('SELECT uuid, reason FROM aside_instances');
  return rows.map(({ uuid, reason }) => `${uuid} is quarantined: ${reason}`);
}

/** What each host says is used is the sum of its claims. */
async function usage(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ name: string; used: string; claimed: string }>(
    `SELECT h.name, CONCAT_WS('/', h.guests, h.used_vcpus, h.used_ram_mb, h.used_disk_gb) AS used,
       CONCAT_WS('/', COUNT(c.guest_id), COALESCE(SUM(c.vcpus), 0), COALESCE(SUM(c.ram_mb), 0), COALESCE(SUM(c.disk_gb), 0)) AS claimed
     FROM hosts h LEFT JOIN claims c ON c.host_id = h.id GROUP BY h.id HAVING used <> claimed`,
  );
  return rows.map(({ name, used, claimed }) => `host ${name}: used ${used}, claimed ${claimed}`);
}
