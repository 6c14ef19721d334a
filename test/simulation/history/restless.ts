import type { World } from '../region/world.ts';
import type { SqlServer } from '../store/sql-server.ts';

/** Whether nothing will happen any more by itself. Not while a transaction is open: what it has written so far would be seen. */
export const isIdle = (world: World): boolean =>
  ![world.directory, ...world.cells.map(({ sql }) => sql)].some(({ busy }) => busy) &&
  restless(world).next().done === true;

/** What is not at rest yet, each as a sentence. */
export function* restless(world: World): Generator<string> {
  const { directory, cells } = world;
  const look = function* (sql: SqlServer, what: string, query: string): Generator<string> {
    for (const row of sql.look(query)) yield `${sql.name}: ${what} ${Object.values(row).join(' ')}`;
  };
  yield* look(
    directory,
    'operation',
    'SELECT id, kind, state, subject, message FROM operations WHERE finished_at IS NULL',
  );
  yield* look(directory, 'accepted build', "SELECT uuid FROM instance_homes WHERE state = 'accepted'");
  yield* look(directory, 'stray', 'SELECT instance_uuid, cell_id, epoch FROM stray_builds');
  yield* look(directory, 'open hold', 'SELECT instance_uuid, change_id FROM hold_changes');
  yield* look(
    directory,
    'move',
    'SELECT uuid, moving_operation_id FROM instance_homes WHERE moving_operation_id IS NOT NULL',
  );
  for (const { sql } of cells) {
    yield* look(sql, 'operation', 'SELECT id, kind, state, subject, message FROM operations WHERE finished_at IS NULL');
    yield* look(sql, 'task', 'SELECT uuid, vm_state, task_state FROM instances WHERE task_state IS NOT NULL');
    yield* look(sql, 'owner', 'SELECT uuid, operation_id FROM instances WHERE operation_id IS NOT NULL');
    yield* look(sql, 'notice', 'SELECT id, kind, instance_uuid, epoch FROM notices');
    yield* look(sql, 'host down', 'SELECT name FROM hosts WHERE up = 0');
    yield* look(
      sql,
      'unsettled guest',
      `SELECT g.id, g.instance_uuid, g.role, g.power, g.error FROM guests g LEFT JOIN instances i ON i.uuid = g.instance_uuid
       WHERE g.settled = 0 AND NOT (g.error IS NOT NULL AND i.vm_state = 'error' AND g.role != 'leaving')`,
    );
    yield* look(
      sql,
      'leaving guest',
      "SELECT id, instance_uuid, power, error FROM guests WHERE role = 'leaving' AND settled = 1",
    );
    yield* look(
      sql,
      'unsettled port',
      'SELECT id, instance_uuid, present, leaving, error FROM port_bindings WHERE settled = 0',
    );
    yield* look(sql, 'leaving port', 'SELECT id, instance_uuid FROM port_bindings WHERE leaving = 1 AND settled = 1');
  }
}
