import { sql } from 'kysely';
import type { Finding } from '../contracts/door-moves.ts';
import type { Database } from '../database/database.ts';
import type { AuditKind } from '../objects/audit-kinds.ts';
import { timestamp } from '../time/clock.ts';
import type { FindingsTable, WithFindings } from './findings-table.ts';

/** How many are shown, and kept, at most: whoever has more than this reads the metrics first. */
export const MAX_FINDINGS = 1_000;

export interface FindingStore {
  /** The oldest first. */
  list(): Promise<Finding[]>;
  /**
   * Keeps these findings, and forgets those of `kinds` whose subject is not among `seen`: what another process found and this one sees
   * too, but does not count yet, stays.
   */
  keep(
    kinds: readonly AuditKind[],
    findings: readonly FindingsTable[],
    seen: readonly Pick<FindingsTable, 'kind' | 'subject'>[],
  ): Promise<void>;
}

/** Findings in SQL. `db` may hold other tables too. */
export function createFindingStore<T extends WithFindings>(db: Pick<Database<T>, 'read' | 'write'>): FindingStore {
  // A database with more tables is one with these.
  const { read, write } = db as unknown as Pick<Database<WithFindings>, 'read' | 'write'>;
  return {
    list: async () => {
      const rows = await read.selectFrom('findings').selectAll().orderBy('since').limit(MAX_FINDINGS).execute();
      return rows.map((row) => ({ ...row, since: timestamp(Number(row.since)) }));
    },
    keep: async (kinds, findings, seen) => {
      for (const kind of kinds) {
        const subjects = seen.flatMap((one) => (one.kind === kind ? [one.subject] : []));
        await write
          .deleteFrom('findings')
          .where('kind', '=', kind)
          .where('subject', 'not in', ['', ...subjects])
          .execute();
      }
      if (findings.length === 0) return;
      await write
        .insertInto('findings')
        .values([...findings])
        .onDuplicateKeyUpdate({ message: sql`VALUES(message)`, advice: sql`VALUES(advice)` })
        .execute();
    },
  };
}
