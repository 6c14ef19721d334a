import { noQuery } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { versionResponse, versionsResponse } from './schema.ts';

const SHOW_VERSIONS = policy('federation:versions:show');
const VERSION = { id: 'v1', status: 'CURRENT', links: [{ rel: 'self', href: '/federation/v1' }] };

export const versionRoutes = (): readonly Route[] => [
  route({
    method: 'GET',
    path: '/',
    document: true,
    token: 'none',
    summary: 'Lists the versions of the Federation API.',
    policy: SHOW_VERSIONS,
    query: noQuery,
    response: versionsResponse,
    handle: () => ({ versions: [VERSION] }),
  }),
  route({
    method: 'GET',
    path: '/v1',
    document: true,
    token: 'none',
    summary: 'Shows version 1.',
    policy: SHOW_VERSIONS,
    query: noQuery,
    response: versionResponse,
    handle: () => ({ version: VERSION }),
  }),
];
