import type { Generated } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';
import { CREATE_OPERATIONS, type WithOperations } from '#platform/operations/tables.ts';

/** Operations, and what their steps leave behind. */
export interface LedgerTables extends WithOperations {
  ledger: { seq: Generated<number>; operation_id: string; step: string; worker: string };
}

export const LEDGER_MIGRATIONS: readonly Migration[] = [
  {
    name: '0001-ledger',
    up: [
      CREATE_OPERATIONS,
      `CREATE TABLE IF NOT EXISTS ledger (seq INT NOT NULL AUTO_INCREMENT PRIMARY KEY, operation_id CHAR(36) NOT NULL,
         step VARCHAR(40) NOT NULL, worker VARCHAR(80) NOT NULL)`,
    ],
  },
];
