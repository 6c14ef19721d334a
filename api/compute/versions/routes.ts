import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { policy } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { versionResponse, versionsResponse } from './schema.ts';
import { versionDocument, versionList } from './version-documents.ts';

/** Nova has no rule for its version documents: everybody may read them, without a token. */
const VERSIONS = policy('os_compute_api:versions');

const SHARED = { method: 'GET', document: true, token: 'none', policy: VERSIONS, query: ignoredQuery } as const;

/** The documents that describe the API's versions. @param endpoint the compute endpoint, without a version. */
export const versionRoutes = (endpoint: string): readonly Route[] => [
  route({
    ...SHARED,
    path: '/',
    summary: 'Lists the versions.',
    response: versionsResponse,
    handle: () => versionList(endpoint),
  }),
  route({
    ...SHARED,
    path: '/v2',
    summary: 'Describes version 2.',
    response: versionResponse,
    handle: () => versionDocument(endpoint, 'v2.0'),
  }),
  route({
    ...SHARED,
    path: '/v2.1',
    summary: 'Describes version 2.1.',
    response: versionResponse,
    handle: () => versionDocument(endpoint, 'v2.1'),
  }),
  route({
    method: 'GET',
    path: '/versions/:id',
    summary: 'Describes a version; at the old endpoint always version 2.',
    policy: VERSIONS,
    query: ignoredQuery,
    response: versionResponse,
    handle: ({ version, params: { id } }) => {
      const asked = version.legacy ? 'v2.0' : id;
      if (asked !== 'v2.0' && asked !== 'v2.1') {
        throw new VolvoxError('not-found', `The resource could not be found. No version ${asked} exists.`);
      }
      return versionDocument(endpoint, asked);
    },
  }),
];
