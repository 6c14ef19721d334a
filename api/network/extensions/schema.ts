import { always } from '../../http/by-version.ts';
import { column, filterQuery } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { emptyList, shape } from '../../http/response-types.ts';

const extension = shape({ alias: string, name: string, description: string, updated: string, links: emptyList });

export const EXTENSION_ATTRIBUTES = {
  alias: column.text('alias'),
  name: column.text('name'),
  description: column.text('description'),
};
export const listExtensionsQuery = always(filterQuery(EXTENSION_ATTRIBUTES));
export const listExtensionsResponse = always(shape({ extensions: arrayOf(extension) }));
export const showExtensionResponse = always(shape({ extension }));
