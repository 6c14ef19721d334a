import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { links, shape } from '../../http/response-types.ts';

export const versionsResponse = always(
  shape({ versions: arrayOf(shape({ id: string, status: string, links: links })) }),
);
export const resourcesResponse = always(
  shape({ resources: arrayOf(shape({ name: string, collection: string, links: links })) }),
);
