import type { Route } from '../../http/route.ts';
import { versionDocument, versionList } from './version-documents.ts';

/** The documents that describe the API's versions. @param endpoint the compute endpoint, without a version. */
export const versionRoutes = (endpoint: string): readonly Route[] => [
  { method: 'GET', path: '/', document: true, summary: 'Lists the versions.', handle: () => versionList(endpoint) },
  {
    method: 'GET',
    path: '/v2',
    document: true,
    summary: 'Describes version 2.',
    handle: () => versionDocument(endpoint, 'v2.0'),
  },
  {
    method: 'GET',
    path: '/v2.1',
    document: true,
    summary: 'Describes version 2.1.',
    handle: () => versionDocument(endpoint, 'v2.1'),
  },
];
