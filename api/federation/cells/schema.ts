import { type Static, Type } from 'typebox';
import { MIN_KEY_LENGTH } from '#platform/config/options.ts';
import { CellDescription } from '#platform/contracts/door.ts';
import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, integer, moment, shape } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';
import type { Schema } from '../../http/validator.ts';

const Name = Type.String({ minLength: 1, maxLength: 120, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });
const Url = Type.String({ maxLength: 255, pattern: '^https?://[^/?#\\s@]+/?$' });
/** As long as `conductor.doorKey` must be. */
const Key = Type.String({ minLength: MIN_KEY_LENGTH, maxLength: 512, pattern: '^[\\x21-\\x7e]+$' });

/** The URL of the cell's door, and the key with which the global tier authenticates there. */
const NewCell = Type.Object({ name: Name, url: Url, key: Key }, { additionalProperties: false });
export type NewCell = Static<typeof NewCell>;
export const newCellBody = always(jsonSchema(NewCell));

const CellPatch = Type.Object(
  {
    name: Type.Optional(Name),
    url: Type.Optional(Url),
    key: Type.Optional(Key),
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type CellPatch = Static<typeof CellPatch>;
export const cellPatchBody = always(jsonSchema(CellPatch));

const { sql, redis } = CellDescription.properties;
/** What the cell reported now, or why it did not answer. */
const health: Schema = {
  anyOf: [
    shape({
      answers: { const: true },
      answeredInMs: integer,
      release: string,
      sql: jsonSchema(sql),
      redis: jsonSchema(redis),
      hosts: integer,
      hostsUp: integer,
      instances: integer,
    }),
    shape({ answers: { const: false }, reason: string }),
  ],
};
const cell = shape({
  id: string,
  name: string,
  url: string,
  enabled: flag,
  createdAt: moment,
  updatedAt: moment,
  health,
});
export const cellResponse = always(cell);
export const cellsResponse = always(shape({ cells: arrayOf(cell) }));
