import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { integer, moment, shape } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';

/** A name of a host, or an address that its certificate may name; a name that ends in `*` stands for all that begin like it. */
const HostName = Type.String({ minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]*\\*?$' });
const DAY_S = 86_400;
export const DEFAULT_LIFE_S = 3_600;

const NewJoinToken = Type.Object(
  {
    hosts: Type.Array(HostName, { minItems: 1, maxItems: 1_000 }),
    /** How long it may be used, s. */
    expiresInS: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 * DAY_S })),
  },
  { additionalProperties: false },
);
export type NewJoinToken = Static<typeof NewJoinToken>;
export const newJoinTokenBody = always(jsonSchema(NewJoinToken));
/** The only answer that ever contains the token. */
export const joinTokenResponse = always(
  shape({ token: string, cell: string, conductorUrl: string, hosts: arrayOf(string), expiresAt: moment }),
);
/** How many keys and open tokens ended. */
export const revokedResponse = always(shape({ cell: string, host: string, revoked: integer }));
