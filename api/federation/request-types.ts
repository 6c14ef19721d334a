import { always } from '../http/by-version.ts';
import { boolean, positiveInteger, several, strictQuery, string } from '../http/parameter-types.ts';
import type { Schema } from '../http/validator.ts';

/** A cell's id or its name. */
export const cellParameter = { cell: several(string) } as const;
/** How many are answered, at most. */
export const limitParameter = { limit: several({ ...positiveInteger, type: 'string', maximum: 1000 }) } as const;
export const flagParameter: Schema = several(boolean);
/** A list without filters: whatever is asked for besides is refused, since it would not narrow the answer. */
export const noFilters = always(strictQuery({}));
/** How many are answered when nobody says. */
export const DEFAULT_LIMIT = 100;

/** An id of something that this API made. What has another form is no such id. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => UUID.test(text);
