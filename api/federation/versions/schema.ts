import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { links, shape } from '../../http/response-types.ts';

const version = shape({ id: string, status: string, links });
export const versionsResponse = always(shape({ versions: arrayOf(version) }));
export const versionResponse = always(shape({ version }));
