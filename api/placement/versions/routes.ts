import { arrayOf, string } from '../../http/parameter-types.ts';
import { links, oneOf, shape } from '../../http/response-types.ts';
import { type Route, route } from '../../http/route.ts';
import { NEWEST, OLDEST } from '../microversions.ts';
import { placementPolicy } from '../policy.ts';
import { everyVersion, ignoredQuery } from '../response-types.ts';

const version = shape({ id: string, max_version: string, min_version: string, status: oneOf('CURRENT'), links });

/** The document by which clients find the range of microversions. It speaks one like every other answer, and refuses those that are not offered. */
export const versionRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/',
    token: 'none',
    summary: 'Lists the versions.',
    policy: placementPolicy('versions'),
    query: ignoredQuery,
    response: everyVersion(shape({ versions: arrayOf(version) })),
    handle: () => ({
      versions: [
        {
          ...{ id: 'v1.0', max_version: NEWEST, min_version: OLDEST, status: 'CURRENT' },
          links: [{ rel: 'self', href: '' }],
        },
      ],
    }),
  }),
];
