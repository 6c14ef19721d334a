import { always } from '../http/by-version.ts';
import { looseQuery, string } from '../http/parameter-types.ts';
import { type Members, shape, stringOrNull } from '../http/response-types.ts';
import type { Schema } from '../http/validator.ts';

/** `{self: …}` */
export const selfLinks: Schema = shape({ self: string });
/** An object to which users may add members of their own. */
export const openShape = (members: Members): Schema => ({ ...shape(members), additionalProperties: true });

/** `{user: …}` */
export const oneNoun = (noun: string, view: Schema) => always(shape({ [noun]: view }));
/** `{users: […], links: …}` */
export const collectionOf = (noun: string, view: Schema) =>
  always(
    shape({
      [noun]: { type: 'array', items: view },
      links: shape({ next: stringOrNull, self: string, previous: stringOrNull }),
    }),
  );
/** Of what answers without a body. */
export const emptyResponse = always<'empty'>('empty');
/** Of what shows or changes one thing: parameters are ignored, they cannot widen the answer. */
export const ignoredQuery = always(looseQuery({}));
