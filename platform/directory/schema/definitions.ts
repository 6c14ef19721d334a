import type { Generated } from 'kysely';
import type { DefinitionKey } from '../../objects/definitions.ts';

type Kind = DefinitionKey['kind'];

/** What was deleted and is still to be told to the cells that know of it. */
interface DeletedDefinitionsTable {
  kind: Kind;
  id: string;
}

/** Which port has which group, as last announced. `cell_id`: where its server lives; empty: nowhere. Written by `announceChanges` alone. */
interface PortGroupsTable {
  port_id: string;
  group_id: string;
  cell_id: string;
}

/** Which port of a server is on which network, in which cell, as last announced. Written by `announceChanges` alone. */
interface PortNetworksTable {
  port_id: string;
  network_id: string;
  cell_id: string;
}

/** Which router has which network, as last announced. Written by `announceChanges` alone. */
interface RouterNetworksTable {
  router_id: string;
  network_id: string;
  /** 1: as the way outside; 0: by an interface. */
  is_gateway: number;
}

/** The cells of which a host takes definitions. The others need none. */
interface ToldCellsTable {
  cell_id: string;
  /** The worker that delivers to the cell, until this moment (ms). Others may do so afterwards. */
  leased_by: Generated<string | null>;
  leased_until: Generated<number>;
}

/** What each cell was given. */
interface CellDefinitionsTable {
  cell_id: string;
  kind: Kind;
  id: string;
  generation: number;
}

/** What a cell is still to be given, or to forget. `times` grows when it is due again meanwhile. */
interface DefinitionsDueTable {
  cell_id: string;
  kind: Kind;
  id: string;
  times: number;
}

/** One row. Who has locked it decides what is due; so nothing that two of them add at the same time is missed by both. */
interface DefinitionTurnTable {
  id: number;
}

export interface DefinitionTables {
  deleted_definitions: DeletedDefinitionsTable;
  port_groups: PortGroupsTable;
  port_networks: PortNetworksTable;
  router_networks: RouterNetworksTable;
  enforcing_cells: ToldCellsTable;
  cell_definitions: CellDefinitionsTable;
  definitions_due: DefinitionsDueTable;
  definition_turn: DefinitionTurnTable;
}
