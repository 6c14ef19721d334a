import { keepTextExactly } from '#platform/database/exact-text.ts';
import type { Migration } from '#platform/database/migrations.ts';

/** One character set and one collation in all tables: any two texts can be compared, and none that differ are equal. */
export const exactText: Migration = {
  name: '0007-exact-text',
  up: keepTextExactly([
    'schema_migrations',
    'schema_lock',
    'operations',
    'findings',
    'cell_identity',
    'agents',
    'hosts',
    'instances',
    'guests',
    'claims',
    'group_locks',
    'port_bindings',
    'notices',
    'released_builds',
    'moves_out',
    'moves_in',
    'aside_instances',
    'unknown_guests',
  ]),
};
