import type { Migration } from '#platform/database/migrations.ts';
import { CREATE_OPERATIONS } from '#platform/operations/tables.ts';

export const operations: Migration = { name: '0001-operations', up: [CREATE_OPERATIONS] };
