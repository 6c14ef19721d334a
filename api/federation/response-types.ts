import type { TSchema } from 'typebox';
import { arrayOf, string } from '../http/parameter-types.ts';
import { closed, type Members, shape } from '../http/response-types.ts';
import { jsonSchema } from '../http/typebox-schema.ts';
import type { Schema } from '../http/validator.ts';

/** An object as a cell reports it, with the cell's name and further members. */
export function seenInCell(contract: TSchema, more: Members = {}): Schema {
  const { properties, required, ...rest } = closed(jsonSchema(contract));
  const added = { cell: string, ...more };
  return {
    ...rest,
    properties: { ...(properties as object), ...added },
    required: [...(required as readonly string[]), ...Object.keys(added)],
  };
}

/** A list collected from cells, with the names of the cells that did not answer. */
export const listOfCells = (nouns: string, item: Schema): Schema =>
  shape({ [nouns]: arrayOf(item), silentCells: arrayOf(string) });
