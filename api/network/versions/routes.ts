import type { ApiDeps } from '../../deps.ts';
import { noQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { networkPolicy } from '../policy.ts';
import { networkService } from '../service.ts';
import { resourcesResponse, versionsResponse } from './schema.ts';

const RESOURCES = ['network', 'subnet', 'port'] as const;
const GET_VERSIONS = networkPolicy('get_versions');

/** The documents by which clients find the version they speak. */
export function versionRoutes({ config }: Pick<ApiDeps, 'config'>): readonly Route[] {
  const root = `${config.publicUrl}${networkService.prefix}/v2.0/`;
  const links = (path: string) => [{ rel: 'self', href: `${root}${path}` }];
  return [
    route({
      method: 'GET',
      path: '/',
      document: true,
      token: 'none',
      summary: 'Lists the versions of the Networking API.',
      policy: GET_VERSIONS,
      query: noQuery,
      response: versionsResponse,
      handle: () => ({ versions: [{ id: 'v2.0', status: 'CURRENT', links: links('') }] }),
    }),
    route({
      method: 'GET',
      path: '/v2.0',
      document: true,
      token: 'none',
      summary: 'Lists the collections of version 2.0.',
      policy: GET_VERSIONS,
      query: noQuery,
      response: resourcesResponse,
      handle: () => ({
        resources: RESOURCES.map((name) => ({ name, collection: `${name}s`, links: links(`${name}s`) })),
      }),
    }),
  ];
}
