import type { PhysicalGuest } from '../region/physical-hosts.ts';
import type { SimulatedCell, World } from '../region/world.ts';

/** Notes every cell that was ever the home of an instance. */
export const HOME_LOG = [
  'CREATE TABLE simulated_homes (uuid TEXT NOT NULL, cell_id TEXT NOT NULL, PRIMARY KEY (uuid, cell_id))',
  `CREATE TRIGGER simulated_homes_noted AFTER UPDATE ON instance_homes WHEN new.cell_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO simulated_homes VALUES (new.uuid, new.cell_id); END`,
] as const;

/** Records every guest that users ever saw as their instance, once the instance had been ACTIVE. */
export const SHOWN_LOG = [
  'CREATE TABLE simulated_shown (guest_id TEXT NOT NULL PRIMARY KEY)',
  `CREATE TRIGGER simulated_shown_noted AFTER UPDATE ON instances WHEN new.launched_at IS NOT NULL AND new.guest_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO simulated_shown VALUES (new.guest_id); END`,
] as const;

/** Records every agent that was ever marked down as silent. */
export const SILENCE_LOG = [
  'CREATE TABLE simulated_silences (agent_id TEXT NOT NULL PRIMARY KEY)',
  `CREATE TRIGGER simulated_silences_noted AFTER UPDATE ON agents WHEN new.up = 0 BEGIN
    INSERT OR IGNORE INTO simulated_silences VALUES (new.id); END`,
] as const;

/**
 * Called at every start of a guest on any host. While a guest that was shown to users runs, no other guest of the instance may start; and
 * no guest starts from an old or an empty disk once the instance has lived.
 *
 * Two things are not violations, since a cell cannot prevent them without power over the host. When the answer to a build was lost, its guest
 * runs in a cell that was never the home, until that cell is told. And an agent that stood still for long starts a guest that its cell has
 * given up meanwhile and that no user ever saw, until the agent hears of it. The second is counted.
 *
 * Nor is it one when an operator declared a host dead that was not fenced, and its agent fell silent too: that is what operators must not do. As
 * long as the agent answers, the declaration must do no harm.
 */
export function whoRuns(world: World, guest: PhysicalGuest, others: readonly PhysicalGuest[]): void {
  const uuid = guest.desired.spec.instanceUuid;
  const where = ({ desired, cellName }: PhysicalGuest) => `${desired.guestId} on ${desired.hostName} (${cellName})`;
  world.tell(`guest ${where(guest)} of ${uuid} starts; also running: ${others.map(where).join(', ') || 'none'}`);
  if (!wasHome(world, guest)) return;
  const shown = others.filter((other) => wasHome(world, other) && wasShown(world, other));
  const lived = hasLived(world, guest);
  if (isGivenUp(world, guest) && !wasShown(world, guest)) {
    if (shown.length > 0 || lived) world.count('late starts');
    return;
  }
  const [second] = shown.filter((other) => !isTakenForDead(world, other));
  if (second !== undefined) world.violated(`two guests of ${uuid} run: ${where(second)} and ${where(guest)}`);
  const { disk } = guest;
  if (disk === null) return;
  if (disk.written === 0 && !disk.isRebuilt && lived && !wasEvacuated(world, guest))
    world.violated(`${uuid} has lived and starts from an empty disk: ${where(guest)}`);
  const isOldImage = disk.image !== undefined && disk.written !== world.hosts.lastWritten.get(disk.image.guestId);
  // A guest that never ran after its evacuation has written nothing.
  if (isOldImage && !(disk.written === 0 && wasEvacuated(world, guest)))
    world.violated(`${uuid} starts from an image that is older than its disk: ${where(guest)}`);
  if (world.hosts.isOutdatedTransfer(guest))
    world.violated(`${uuid} starts from an outdated transfer of the disk: ${where(guest)}`);
}

const cellOf = (world: World, { cellName }: PhysicalGuest): SimulatedCell | undefined =>
  world.cells.find(({ name }) => name === cellName);

function wasHome(world: World, guest: PhysicalGuest): boolean {
  const { instanceUuid } = guest.desired.spec;
  const cellId = cellOf(world, guest)?.id ?? '';
  const query = 'SELECT 1 FROM simulated_homes WHERE uuid = ? AND cell_id = ?';
  return world.directory.look(query, instanceUuid, cellId).length > 0;
}

function wasShown(world: World, guest: PhysicalGuest): boolean {
  const query = 'SELECT 1 FROM simulated_shown WHERE guest_id = ?';
  return (cellOf(world, guest)?.sql.look(query, guest.desired.guestId) ?? []).length > 0;
}

function isGivenUp(world: World, guest: PhysicalGuest): boolean {
  const query = "SELECT 1 FROM guests WHERE id = ? AND role != 'leaving'";
  return (cellOf(world, guest)?.sql.look(query, guest.desired.guestId) ?? []).length === 0;
}

function isTakenForDead(world: World, guest: PhysicalGuest): boolean {
  const { hostName } = guest.desired;
  if (!world.declaredTooSoon.has(hostName)) return false;
  const query = 'SELECT 1 FROM hosts h JOIN simulated_silences s ON s.agent_id = h.compute_agent_id WHERE h.name = ?';
  return (cellOf(world, guest)?.sql.look(query, hostName) ?? []).length > 0;
}

/** An evacuation made the disk anew, in this cell or before a move to it. */
function wasEvacuated({ cells }: World, { desired }: PhysicalGuest): boolean {
  const query = "SELECT id FROM operations WHERE kind = 'evacuate' AND subject = ?";
  return cells.some(({ sql }) => sql.look(query, desired.spec.instanceUuid).length > 0);
}

/** In the cell of this guest. */
function hasLived(world: World, guest: PhysicalGuest): boolean {
  const query = 'SELECT 1 FROM instances WHERE uuid = ? AND launched_at IS NOT NULL';
  return (cellOf(world, guest)?.sql.look(query, guest.desired.spec.instanceUuid) ?? []).length > 0;
}

/** What the image service does with the bytes that a host sends. */
export function completeUpload({ directory }: World, imageId: string): boolean {
  directory.look(
    "UPDATE images SET status = 'active', sha256 = ?, size_bytes = 1, version = version + 1 WHERE id = ? AND status = 'queued'",
    ...[imageId.replaceAll('-', '').padEnd(64, '0'), imageId],
  );
  return directory.look('SELECT 1 FROM images WHERE id = ?', imageId).length > 0;
}
