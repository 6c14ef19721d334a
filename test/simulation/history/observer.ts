import { isLive, type PhysicalGuest } from '../region/physical-hosts.ts';
import type { World } from '../region/world.ts';

/** Notes every cell that was ever the home of an instance. */
export const HOME_LOG = [
  'CREATE TABLE simulated_homes (uuid TEXT NOT NULL, cell_id TEXT NOT NULL, PRIMARY KEY (uuid, cell_id))',
  `CREATE TRIGGER simulated_homes_noted AFTER UPDATE ON instance_homes WHEN new.cell_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO simulated_homes VALUES (new.uuid, new.cell_id); END`,
] as const;

/**
 * Asked at every start of a guest on any host. A copy has lived if its cell was a home of the instance and the instance was ever ACTIVE
 * there: its user may have seen it. Beside a copy that has lived and runs no other may start, and no copy starts from an old disk.
 * (A copy that was never shown, whose answer was lost, may run for a while until its cell is told.)
 */
export function whoRuns(world: World, guest: PhysicalGuest, others: readonly PhysicalGuest[]): void {
  const uuid = guest.wanted.spec.instanceUuid;
  const where = ({ wanted, cellName }: PhysicalGuest) => `${wanted.guestId} on ${wanted.hostName} (${cellName})`;
  world.tell(`guest ${where(guest)} of ${uuid} starts; also running: ${others.map(where).join(', ') || 'none'}`);
  if (wasHome(world, uuid, guest)) {
    const second = others.find((other) => hasLived(world, uuid, other));
    if (second !== undefined) world.violated(`two copies of ${uuid} run: ${where(second)} and ${where(guest)}`);
  }
  const { diskSource } = guest.wanted.spec;
  const { disk } = guest;
  if (disk === null) return;
  if (diskSource === null && disk.written === 0 && hasLived(world, uuid, guest))
    world.violated(`${uuid} has lived and starts from an empty disk: ${where(guest)}`);
  const source = disk.copyOf === null ? undefined : world.hosts.guests.get(disk.copyOf);
  if (source?.disk != null && (source.disk.written !== disk.written || isLive(source)))
    world.violated(`${uuid} starts from an outdated copy of the disk: ${where(guest)}`);
}

function wasHome(world: World, uuid: string, { cellName }: PhysicalGuest): boolean {
  const cellId = world.cells.find(({ name }) => name === cellName)?.id ?? '';
  return world.directory.look('SELECT 1 FROM simulated_homes WHERE uuid = ? AND cell_id = ?', uuid, cellId).length > 0;
}

function hasLived(world: World, uuid: string, guest: PhysicalGuest): boolean {
  if (!wasHome(world, uuid, guest)) return false;
  const cell = world.cells.find(({ name }) => name === guest.cellName);
  const [row] =
    cell?.sql.look<{ launched_at: string | null }>('SELECT launched_at FROM instances WHERE uuid = ?', uuid) ?? [];
  return row?.launched_at != null;
}
