import { REBUILD_IMAGE } from '../region/seed.ts';
import type { World } from '../region/world.ts';

/**
 * A server that a rebuild gave back as it was still has its old disk: the disk goes with a rebuild that was carried out, or with one that left
 * the server in ERROR, or with one that another action interrupted, whether it went forward or back. After a soft delete on the way back
 * nothing says so (docs/server-actions.md).
 */
const discardedDisks = ({ cells, hosts }: World): string[] =>
  cells.flatMap(({ sql }) =>
    sql
      .look<{ uuid: string; guest: string }>(
        "SELECT uuid, guest_id AS guest FROM instances WHERE deleted_at IS NULL AND presence = 'here' AND vm_state != 'error'",
      )
      .filter(({ guest }) => (hosts.guests.get(guest)?.rebuilds ?? 0) > 0)
      .filter(({ uuid }) => {
        const ends = sql.look<{ state: string; message: string | null; interrupted: number }>(
          `SELECT state, message, EXISTS (SELECT 1 FROM operations d WHERE d.subject = r.subject AND d.kind = 'softDelete'
            AND d.created_at <= r.finished_at) AS interrupted FROM operations r WHERE subject = ? AND kind = 'rebuild'`,
          uuid,
        );
        return ends.every(
          ({ state, message, interrupted }) =>
            state === 'undone' && interrupted === 0 && !/has taken the instance over/.test(`${message}`),
        );
      })
      .filter(({ uuid }) => !wasInError(sql.look('SELECT 1 FROM simulated_errors WHERE uuid = ?', uuid)))
      .map(({ uuid }) => `the disk of ${uuid} was discarded, and no rebuild says so`),
  );

/**
 * A server shows the image that its guest starts from, and the image of rebuilds only if there was one. A server that was shelved starts from
 * its own snapshot.
 */
const otherImages = ({ cells }: World): string[] =>
  cells.flatMap(({ sql }) =>
    sql
      .look<{ uuid: string; shown: string; used: string }>(
        `SELECT i.uuid, i.build ->> '$.image.id' AS shown, g.spec ->> '$.image.id' AS used
          FROM instances i JOIN guests g ON g.id = i.guest_id AND g.role = 'current'
          WHERE i.deleted_at IS NULL AND i.presence = 'here' AND i.operation_id IS NULL`,
      )
      .flatMap(({ uuid, shown, used }) => {
        const kinds = cells.flatMap((cell) =>
          cell.sql
            .look<{ kind: string }>('SELECT kind FROM operations WHERE subject = ?', uuid)
            .map(({ kind }) => kind),
        );
        const wrong: string[] = [];
        if (shown !== used && !kinds.includes('shelve'))
          wrong.push(`${uuid} shows image ${shown}, and its guest starts from ${used}`);
        if (shown === REBUILD_IMAGE && !kinds.includes('rebuild'))
          wrong.push(`${uuid} was never rebuilt from its image`);
        return wrong;
      }),
  );

export const auditRebuilds = (world: World): string[] => [...discardedDisks(world), ...otherImages(world)];

const wasInError = (rows: readonly unknown[]): boolean => rows.length > 0;

/** Notes every instance that was ever in ERROR. */
export const ERROR_LOG = [
  'CREATE TABLE simulated_errors (uuid TEXT NOT NULL PRIMARY KEY)',
  `CREATE TRIGGER simulated_errors_noted AFTER UPDATE ON instances WHEN new.vm_state = 'error' BEGIN
    INSERT OR IGNORE INTO simulated_errors VALUES (new.uuid); END`,
] as const;
