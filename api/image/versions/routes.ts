import type { ApiConfig } from '../../config.ts';
import { always } from '../../http/by-version.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { links, shape } from '../../http/response-types.ts';
import type { Route } from '../../http/route.ts';
import { imagePolicy } from '../policy.ts';
import { ignoredQuery } from '../response-types.ts';

const VERSIONS = imagePolicy('image_versions');
const documentResponse = always(shape({ versions: arrayOf(shape({ id: string, status: string, links })) }));
const MINORS = [9, 7, 6, 5, 4, 3, 2, 1, 0];

/** The documents by which clients find the version of the API. Only `/versions` answers 200, as in Glance. */
export function versionRoutes({ publicUrl }: Pick<ApiConfig, 'publicUrl'>): readonly Route[] {
  const self = [{ rel: 'self', href: `${publicUrl}/image/v2/` }];
  const versions = MINORS.map((minor, index) => ({
    id: `v2.${minor}`,
    status: index === 0 ? 'CURRENT' : 'SUPPORTED',
    links: self,
  }));
  return [
    { path: '/', status: 300 },
    { path: '/versions', status: 200 },
    { path: '/v2', status: 300 },
  ].map(({ path, status }) => ({
    method: 'GET',
    path,
    document: true,
    summary: 'Lists the versions.',
    policy: VERSIONS,
    query: ignoredQuery,
    status,
    response: documentResponse,
    handle: () => ({ versions }),
  }));
}
