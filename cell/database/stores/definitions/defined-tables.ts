import type { DefinitionKey } from '#platform/objects/definitions.ts';
import type { CellTables } from '../../tables.ts';

/** Which table has the definitions of a kind, by id and generation. */
export const DEFINED_TABLES = {
  group: 'defined_groups',
  network: 'defined_networks',
  port: 'defined_ports',
  router: 'defined_routers',
} as const satisfies Record<DefinitionKey['kind'], keyof CellTables>;
