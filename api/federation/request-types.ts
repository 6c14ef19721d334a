import { always } from '../http/by-version.ts';
import { boolean, positiveInteger, several, strictQuery, string } from '../http/parameter-types.ts';
import type { Schema } from '../http/validator.ts';

/** A cell's id or its name. */
export const cellParameter = { cell: several(string) } as const;
/** The maximum number of results. */
export const limitParameter = { limit: several({ ...positiveInteger, type: 'string', maximum: 1000 }) } as const;
export const flagParameter: Schema = several(boolean);
/** A list without filters. It refuses every parameter, because an ignored filter would widen the answer. */
export const noFilters = always(strictQuery({}));
/** The number of results when the request sets no limit. */
export const DEFAULT_LIMIT = 100;
