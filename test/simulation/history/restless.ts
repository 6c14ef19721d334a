import type { World } from '../region/world.ts';
import type { SqlServer } from '../store/sql-server.ts';

/** Whether nothing will happen any more by itself. Not while a transaction is open: what it has written so far would be seen. */
export const isIdle = (world: World): boolean =>
  ![world.directory, ...world.cells.map(({ sql }) => sql)].some(({ busy }) => busy) &&
  restless(world).next().done === true;

/** What is not idle yet, each as a sentence. */
export function* restless({ directory, cells, hosts }: World): Generator<string> {
  const look = function* (sql: SqlServer, questions: Readonly<Record<string, string>>): Generator<string> {
    for (const [what, query] of Object.entries(questions))
      for (const row of sql.look(query)) yield `${sql.name}: ${what} ${Object.values(row).join(' ')}`;
  };
  yield* look(directory, IN_DIRECTORY);
  for (const { sql } of cells) yield* look(sql, IN_CELL);
  // Its host lost its power, and its agent has not looked since.
  const crashed = [...hosts.guests.values()].filter(({ power }) => power === 'crashed');
  for (const { desired } of crashed) {
    const query = 'SELECT id FROM guests WHERE id = ? AND settled = 1';
    if (cells.some(({ sql }) => sql.look(query, desired.guestId).length > 0))
      yield `${desired.hostName}: crashed guest ${desired.guestId}`;
  }
  for (const { desired } of [...hosts.guests.values()].filter(({ stoppedByItself }) => stoppedByItself)) {
    const query = "SELECT id FROM guests WHERE id = ? AND settled = 1 AND role = 'current' AND power = 'running'";
    if (cells.some(({ sql }) => sql.look(query, desired.guestId).length > 0))
      yield `${desired.hostName}: guest ${desired.guestId} has stopped by itself, and its server does not follow`;
  }
}

const OPERATIONS = 'SELECT id, kind, state, subject, message FROM operations WHERE finished_at IS NULL';

/** What still has to happen, by its name: the rows that say so. */
const IN_DIRECTORY = {
  operation: OPERATIONS,
  'accepted build': "SELECT uuid FROM instance_homes WHERE state = 'accepted'",
  'orphaned placement': 'SELECT instance_uuid, cell_id, epoch FROM stray_builds',
  'open reservation': 'SELECT instance_uuid, change_id FROM hold_changes',
  move: 'SELECT uuid, moving_operation_id FROM instance_homes WHERE moving_operation_id IS NOT NULL',
};
const IN_CELL = {
  'power to be shown': `SELECT i.uuid, i.power_state, g.found_power FROM instances i JOIN guests g ON g.id = i.guest_id
    WHERE g.role = 'current' AND g.settled = 1 AND g.found_power != i.power_state`,
  operation: OPERATIONS,
  task: 'SELECT uuid, vm_state, task_state FROM instances WHERE task_state IS NOT NULL',
  owner: 'SELECT uuid, operation_id FROM instances WHERE operation_id IS NOT NULL',
  notice: 'SELECT id, kind, instance_uuid, epoch FROM notices',
  'host down': 'SELECT name FROM hosts WHERE up = 0',
  'unsettled guest': `SELECT g.id, g.instance_uuid, g.role, g.power, g.error FROM guests g LEFT JOIN instances i ON i.uuid = g.instance_uuid
    WHERE g.settled = 0 AND NOT (g.error IS NOT NULL AND i.vm_state = 'error' AND g.role != 'leaving')`,
  'leaving guest': "SELECT id, instance_uuid, power, error FROM guests WHERE role = 'leaving' AND settled = 1",
  'unsettled port': 'SELECT id, instance_uuid, present, leaving, error FROM port_bindings WHERE settled = 0',
  'leaving port': 'SELECT id, instance_uuid FROM port_bindings WHERE leaving = 1 AND settled = 1',
};
