import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { oneOf, shape } from '../../http/response-types.ts';

const link = shape({ rel: string, href: string, 'type?': string });
const version = {
  id: oneOf('v2.0', 'v2.1'),
  status: oneOf('CURRENT', 'DEPRECATED'),
  /** The newest and the oldest microversion; empty where there are none. */
  version: string,
  min_version: string,
  updated: string,
  links: arrayOf(link),
};

export const versionsResponse = always(shape({ versions: arrayOf(shape(version)) }));
export const versionResponse = always(
  shape({ version: shape({ ...version, 'media-types': arrayOf(shape({ base: string, type: string })) }) }),
);
