import type { Definition } from '../../../objects/definitions.ts';
import type { CellsById } from './cells-by-id.ts';

/** A definition, and the cells that need it so. */
export interface Needed {
  readonly definition: Definition;
  readonly cellIds: readonly string[];
}

/** Those of these definitions that a cell needs. @param cells by the id of a definition. */
export const neededBy = (cells: CellsById, definitions: readonly Definition[]): readonly Needed[] =>
  definitions
    .map((definition) => ({ definition, cellIds: cells.get(definition.id) ?? [] }))
    .filter(({ cellIds }) => cellIds.length > 0);
