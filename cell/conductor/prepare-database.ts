import { migrate } from '#platform/database/migrations.ts';
import { isLostConnection } from '#platform/database/sql-errors.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { CellDatabase } from '../database/cell-database.ts';
import { CELL_MIGRATIONS } from '../database/migrations/index.ts';
import { cellIdentity } from '../database/stores/cell-identity.ts';

const ASK_AGAIN_MS = 1_000;

/**
 * Migrates the cell's database. Waits without limit for a database that does not answer: after a power cut the conductor may start before
 * its database. @returns the id of the cell.
 */
export async function prepareDatabase(
  database: CellDatabase,
  owner: string,
  log: Logger,
  clock: Clock,
): Promise<string> {
  for (;;) {
    try {
      await migrate(database.schema, CELL_MIGRATIONS, log, owner, clock);
      return await cellIdentity(database, clock.now());
    } catch (error) {
      if (!isLostConnection(error)) throw error;
      log.warn({ reason: messageOf(error) }, "waiting for the cell's database");
      await clock.sleep(ASK_AGAIN_MS);
    }
  }
}
