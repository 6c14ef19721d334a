import { CREATE_FINDINGS } from '../../audit/findings-table.ts';
import type { Migration } from '../../database/migrations.ts';

export const findings: Migration = { name: '0038-findings', up: [CREATE_FINDINGS] };
