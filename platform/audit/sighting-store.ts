import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { AuditKind } from '../objects/audit-kinds.ts';
import type { Difference } from './auditor.ts';
import { MAX_FINDINGS } from './finding-store.ts';
import type { WithSightings } from './sightings-table.ts';

/** Kind and subject identify a sighting. */
export type Sighting = Omit<Difference, 'repair'>;

export interface SightingStore {
  save(sighting: Sighting, now: number): Promise<void>;
  /** Those seen at `since` or later, the oldest first. */
  list(kinds: readonly AuditKind[], since: number): Promise<readonly Sighting[]>;
  dropBefore(since: number): Promise<void>;
}

/** Sightings in SQL. `db` may hold other tables too. */
export function createSightingStore<T extends WithSightings>(db: Pick<Database<T>, 'read' | 'write'>): SightingStore {
  // A database with more tables has this one too.
  const { read, write } = db as unknown as Pick<Database<WithSightings>, 'read' | 'write'>;
  return {
    save: async (sighting, now) => {
      await write
        .insertInto('sightings')
        .values({ ...sighting, first_at: now, last_at: now })
        .onDuplicateKeyUpdate({ message: sql`VALUES(message)`, advice: sql`VALUES(advice)`, last_at: now })
        .execute();
    },
    list: (kinds, since) =>
      read
        .selectFrom('sightings')
        .select(['kind', 'subject', 'message', 'advice'])
        .where('kind', 'in', kinds)
        .where('last_at', '>=', since)
        .orderBy('first_at')
        .limit(MAX_FINDINGS)
        .execute(),
    dropBefore: async (since) => {
      await write.deleteFrom('sightings').where('last_at', '<', since).execute();
    },
  };
}
