import { always } from '../../http/by-version.ts';
import { filterQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { emptyList, shape } from '../../http/response-types.ts';

const extension = shape({ alias: string, name: string, description: string, updated: string, links: emptyList });

export const EXTENSION_ATTRIBUTES = {
  alias: member.text('alias'),
  name: member.text('name'),
  description: member.text('description'),
};
export const listExtensionsQuery = always(filterQuery(EXTENSION_ATTRIBUTES));
export const listExtensionsResponse = always(shape({ extensions: arrayOf(extension) }));
export const showExtensionResponse = always(shape({ extension }));
