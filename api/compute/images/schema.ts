import { always } from '../../http/by-version.ts';
import { arrayOf, limitAndMarker, metadata, several, string, wrapped } from '../../http/parameter-types.ts';
import { integer, links, moment, oneOf, pageOf, shape, stringOrNull, textMap } from '../../http/response-types.ts';
import { STATUSES } from './view.ts';

/** Every other parameter is ignored. */
export const listImagesQuery = always({
  type: 'object',
  properties: {
    ...limitAndMarker,
    ...Object.fromEntries(
      ['name', 'status', 'changes-since', 'server', 'type', 'minRam', 'minDisk'].map((name) => [name, several(string)]),
    ),
  },
  patternProperties: { '^property-': several({ type: 'string', maxLength: 65_535 }) },
});

const imageLinks = arrayOf(shape({ rel: string, href: string, 'type?': string }));
const summary = { id: string, name: stringOrNull, links: imageLinks };
const detail = shape({
  ...summary,
  metadata: textMap,
  minRam: integer,
  minDisk: integer,
  created: moment,
  updated: moment,
  status: oneOf(...STATUSES),
  progress: integer,
  'OS-EXT-IMG-SIZE:size': integer,
  'OS-DCF:diskConfig?': oneOf('AUTO', 'MANUAL'),
  'server?': shape({ id: string, links }),
});

export const imageResponse = always(shape({ image: detail }));
export const imagesResponse = always(pageOf('images', shape(summary)));
export const imagesDetailResponse = always(pageOf('images', detail));

/** Both bodies were never changed while they were offered. */
export const metadataBody = always(wrapped('metadata', metadata));
export const metaBody = always(wrapped('meta', { ...metadata, minProperties: 1, maxProperties: 1 }));
export const metadataResponse = always(shape({ metadata: textMap }));
export const metaResponse = always(shape({ meta: { ...textMap, minProperties: 1, maxProperties: 1 } }));
