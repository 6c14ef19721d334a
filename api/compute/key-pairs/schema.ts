import {
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

const untyped = object({ name, public_key: string }, ['name']);
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
