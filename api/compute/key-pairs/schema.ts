import { joinVersions, mapVersions } from '../../http/by-version.ts';
import {
  arrayOf,
  extend,
  looseQuery,
  name,
  nameWithSpaces,
  nonNegativeInteger,
  object,
  several,
  strictQuery,
  string,
  wrapped,
} from '../../http/parameter-types.ts';
import { flag, integer, links, oneOf, shape, shapes, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

/** An RSA key of 16,384 bits has 3 KiB, a chain of certificates a few more. A user has many, and a page shows them all. */
const publicKey: Schema = { type: 'string', maxLength: 16 * 1024 };
const untyped = object({ name, public_key: publicKey }, ['name']);
const typed = extend(untyped, { type: { type: 'string', enum: ['ssh', 'x509'] } });
const ofUser = extend(typed, { user_id: { type: 'string', maxLength: 255 } });

export const createKeyPairBody = {
  0: wrapped('keypair', extend(untyped, { name: nameWithSpaces })),
  1: wrapped('keypair', untyped),
  2: wrapped('keypair', typed),
  10: wrapped('keypair', ofUser),
  /** Nothing is generated any more, so the key must be given. */
  92: wrapped('keypair', { ...ofUser, required: ['name', 'public_key'] }),
};

const USER = { user_id: several(string) };
const PAGED = { limit: several(nonNegativeInteger), marker: several(string), ...USER };
export const listKeyPairsQuery = {
  1: looseQuery({}),
  10: looseQuery(USER),
  35: looseQuery(PAGED),
  75: strictQuery(PAGED),
};
export const oneKeyPairQuery = { 1: looseQuery({}), 10: looseQuery(USER), 75: strictQuery(USER) };

const core = { name: string, public_key: string, fingerprint: string };
const TYPE = { type: oneOf('ssh', 'x509') };
const wrap = (one: Schema): Schema => shape({ keypair: one });
export const keyPairsResponse = joinVersions(
  shapes({ 1: core, 2: TYPE }),
  { 1: {}, 35: { 'keypairs_links?': links } },
  (one, more) => shape({ keypairs: arrayOf(wrap(one)), ...more }),
);
export const createKeyPairResponse = mapVersions(
  shapes({ 1: { ...core, user_id: string, 'private_key?': string }, 2: TYPE, 92: { private_key: undefined } }),
  wrap,
);
export const keyPairResponse = mapVersions(
  shapes({
    1: {
      ...core,
      id: integer,
      user_id: string,
      created_at: string,
      updated_at: stringOrNull,
      deleted: flag,
      deleted_at: stringOrNull,
    },
    2: TYPE,
  }),
  wrap,
);
