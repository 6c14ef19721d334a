import type { ApiConfig } from '../../config.ts';
import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { links, shape } from '../../http/response-types.ts';
import type { Route } from '../../http/route.ts';
import { identityPolicy } from '../policy.ts';
import { ignoredQuery } from '../response-types.ts';

const VERSIONS = identityPolicy('versions');
const version = shape({
  id: string,
  status: string,
  updated: string,
  links,
  'media-types': arrayOf(shape({ base: string, type: string })),
});

/** The documents by which clients find the version of the API. */
export function versionRoutes({ publicUrl }: Pick<ApiConfig, 'publicUrl'>): readonly Route[] {
  const v3 = {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${publicUrl}/identity/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
  const common = { method: 'GET', document: true, policy: VERSIONS, query: ignoredQuery } as const;
  return [
    {
      ...common,
      path: '/',
      summary: 'Lists the versions.',
      status: 300,
      response: always(shape({ versions: shape({ values: arrayOf(version) }) })),
      handle: () => ({ versions: { values: [v3] } }),
    },
    {
      ...common,
      path: '/v3',
      summary: 'Describes version 3.',
      response: always(shape({ version })),
      handle: () => ({ version: v3 }),
    },
  ];
}
