import { type Static, Type } from 'typebox';

const Name = Type.String({ minLength: 1, maxLength: 120, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });
const Url = Type.String({ maxLength: 255, pattern: '^https?://[^/?#\\s@]+/?$' });
const Key = Type.String({ minLength: 16, maxLength: 512, pattern: '^[\\x21-\\x7e]+$' });

/** One URL and one key: where a conductor of the cell answers, and what it lets the global tier in with. */
export const NewCellBody = Type.Object({ name: Name, url: Url, key: Key }, { additionalProperties: false });
export type NewCellBody = Static<typeof NewCellBody>;

export const CellPatchBody = Type.Object(
  {
    name: Type.Optional(Name),
    url: Type.Optional(Url),
    key: Type.Optional(Key),
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type CellPatchBody = Static<typeof CellPatchBody>;

/** A cell's id or its name. */
export const CellParams = Type.Object({ cell: Type.String() });
export type CellParams = Static<typeof CellParams>;
