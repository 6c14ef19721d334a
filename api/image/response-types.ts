import { always } from '../http/by-version.ts';
import { looseQuery } from '../http/parameter-types.ts';

export const emptyResponse = always<'empty'>('empty');
/** Of what shows or changes one thing: parameters are ignored, they cannot widen the answer. */
export const ignoredQuery = always(looseQuery({}));
