import type { Migration } from '../../database/migrations.ts';
import { CREATE_OPERATIONS } from '../../operations/tables.ts';

export const operations: Migration = { name: '0001-operations', up: [CREATE_OPERATIONS] };
