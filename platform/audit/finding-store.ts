import { sql } from 'kysely';
import type { Finding } from '../contracts/door-moves.ts';
import type { Database } from '../database/database.ts';
import type { AuditKind } from '../objects/audit-kinds.ts';
import { timestamp } from '../time/clock.ts';
import type { FindingsTable, WithFindings } from './findings-table.ts';

/** How many findings are stored and shown at most. An operator who has more reads the metrics first. */
export const MAX_FINDINGS = 1_000;

export interface FindingStore {
  /** The oldest first. */
  list(): Promise<Finding[]>;
  /**
   * Stores these findings, and deletes those of `kinds` whose subject is not in `seen`. A finding of another process stays when this
   * process sees the difference too, even if it does not count it yet.
   */
  keep(
    kinds: readonly AuditKind[],
    findings: readonly FindingsTable[],
    seen: readonly Pick<FindingsTable, 'kind' | 'subject'>[],
  ): Promise<void>;
  /**
   * Deletes the findings of kinds that are not in `known`: an upgrade renamed or removed their kind, so no auditor would ever delete them.
   * While processes of two releases run, each deletes what only the other knows, and the other stores it again in its next round.
   */
  dropUnknownKinds(known: readonly AuditKind[]): Promise<void>;
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
    keep: async (kinds, findings, seen) => {
      const stored = await read
        .selectFrom('findings')
        .select(['kind', 'subject'])
        .where('kind', 'in', [...kinds])
        .execute();
      const isSeen = new Set(seen.map(({ kind, subject }) => `${kind} ${subject}`));
      const over = stored.filter(({ kind, subject }) => !isSeen.has(`${kind} ${subject}`));
      for (const [kind, some] of Map.groupBy(over, (one) => one.kind)) {
        const subjects = some.map(({ subject }) => subject);
        await write.deleteFrom('findings').where('kind', '=', kind).where('subject', 'in', subjects).execute();
      }
      if (findings.length === 0) return;
      await write
        .insertInto('findings')
        .values([...findings])
        .onDuplicateKeyUpdate({ message: sql`VALUES(message)`, advice: sql`VALUES(advice)` })
        .execute();
    },
    dropUnknownKinds: async (known) => {
      await write.deleteFrom('findings').where('kind', 'not in', known).execute();
    },
  };
}
