import { REBUILD_IMAGE } from '../region/seed.ts';
import type { World } from '../region/world.ts';

/**
 * A server that shows the image from before a rebuild still has its old disk, or was in ERROR when its host said that the disk is gone. What a
 * host has done is desired then. A server that is soft-deleted says so when it is restored.
 */
const discardedDisks = ({ cells, hosts }: World): string[] =>
  cells.flatMap(({ sql }) =>
    sql
      .look<{ uuid: string; guest: string; image: string; desired: number }>(
        `SELECT i.uuid, g.id AS guest, i.build ->> '$.image.id' AS image, coalesce(g.parts ->> '$.rebuild.count', 0) AS desired
          FROM instances i JOIN guests g ON g.id = i.guest_id AND g.role = 'current'
          WHERE i.deleted_at IS NULL AND i.presence = 'here' AND i.operation_id IS NULL AND i.vm_state != 'soft-delete'`,
      )
      .flatMap(({ uuid, guest, image, desired }) => {
        const rebuilds = hosts.guests.get(guest)?.rebuilds ?? 0;
        if (rebuilds > Number(desired))
          return [`the disk of ${uuid} was discarded for rebuild ${rebuilds}, and ${desired} is desired`];
        const isTold =
          rebuilds === 0 ||
          image === REBUILD_IMAGE ||
          sql.look("SELECT 1 FROM operations WHERE subject = ? AND kind = 'rebuild' AND state = 'done'", uuid).length >
            0 ||
          sql.look('SELECT 1 FROM simulated_errors WHERE uuid = ?', uuid).length > 0;
        return isTold ? [] : [`the disk of ${uuid} was discarded, and nothing says so`];
      }),
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

/** Notes every instance that was ever in ERROR. */
export const ERROR_LOG = [
  'CREATE TABLE simulated_errors (uuid TEXT NOT NULL PRIMARY KEY)',
  `CREATE TRIGGER simulated_errors_noted AFTER UPDATE ON instances WHEN new.vm_state = 'error' BEGIN
    INSERT OR IGNORE INTO simulated_errors VALUES (new.uuid); END`,
] as const;
