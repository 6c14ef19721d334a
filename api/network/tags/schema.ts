import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import type { Attributes } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { shape } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';
import { strict } from '../request-types.ts';

/** No resource has more tags. */
export const MAX_TAGS = 50;
/** Characters of a tag. */
export const MAX_TAG = 255;

/** The tags of a resource, each once or several times. */
export const Tags = Type.Array(Type.String({ minLength: 1, maxLength: MAX_TAG }), { maxItems: MAX_TAGS });
const body = Type.Object({ tags: Tags }, strict);
export type TagsBody = Static<typeof body>;
export const tagsBody = always(jsonSchema(body));
export const tagsResponse = always(shape({ tags: arrayOf(string) }));

/**
 * The filters by tags: `tags` has all of them, `tags-any` one of them, `not-tags` not all of them, `not-tags-any` none of them. Several
 * are written with commas between.
 */
export const TAG_FILTERS: Attributes<'tags'> = {
  tags: { member: 'tags', type: 'tags', matching: 'all' },
  'tags-any': { member: 'tags', type: 'tags', matching: 'any' },
  'not-tags': { member: 'tags', type: 'tags', matching: 'not all' },
  'not-tags-any': { member: 'tags', type: 'tags', matching: 'none' },
};
