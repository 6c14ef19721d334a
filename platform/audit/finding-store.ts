import { sql } from 'kysely';
import type { Finding } from '../contracts/door-moves.ts';
import type { Database } from '../database/database.ts';
import { timestamp } from '../time/clock.ts';
import type { FindingsTable, WithFindings } from './findings-table.ts';

/** How many findings are stored and shown at most. An operator who has more reads the metrics first. */
export const MAX_FINDINGS = 1_000;

export type StoredFinding = Pick<FindingsTable, 'kind' | 'subject'>;

export interface FindingStore {
  /** The oldest first. */
  list(): Promise<Finding[]>;
  /** Which differences have a finding. */
  stored(): Promise<readonly StoredFinding[]>;
  /** Stores these findings; one that is there gets the new message. */
  store(findings: readonly FindingsTable[]): Promise<void>;
  remove(findings: readonly StoredFinding[]): Promise<void>;
}

/** Findings in SQL. `db` may hold other tables too. */
export function createFindingStore<T extends WithFindings>(db: Pick<Database<T>, 'read' | 'write'>): FindingStore {
  // A database with more tables has this one too.
  const { read, write } = db as unknown as Pick<Database<WithFindings>, 'read' | 'write'>;
  return {
    list: async () => {
      const rows = await read.selectFrom('findings').selectAll().orderBy('since').limit(MAX_FINDINGS).execute();
      return rows.map((row) => ({ ...row, since: timestamp(Number(row.since)) }));
    },
    stored: () => read.selectFrom('findings').select(['kind', 'subject']).execute(),
    store: async (findings) => {
      if (findings.length === 0) return;
      await write
        .insertInto('findings')
        .values([...findings])
        .onDuplicateKeyUpdate({ message: sql`VALUES(message)`, advice: sql`VALUES(advice)` })
        .execute();
    },
    remove: async (findings) => {
      for (const [kind, some] of Map.groupBy(findings, (one) => one.kind)) {
        const subjects = some.map(({ subject }) => subject);
        await write.deleteFrom('findings').where('kind', '=', kind).where('subject', 'in', subjects).execute();
      }
    },
  };
}
