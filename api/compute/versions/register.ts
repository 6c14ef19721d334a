import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openApiDocument } from '../../http/openapi-document.ts';
import type { Route } from '../../http/route.ts';
import { versionDocument, versionList } from './version-documents.ts';

/** Paths below the mount that nobody needs a token for. */
const OPEN = ['', '/v2', '/v2.1', '/v2.1/openapi.json'];

/** Whether a request (to the API mounted at `prefix`) is for a version document. */
export const isVersionDocument =
  (prefix: string) =>
  (request: FastifyRequest): boolean => {
    const path = request.url.split('?', 1)[0]?.replace(/\/+$/, '') ?? '';
    return path.startsWith(prefix) && OPEN.includes(path.slice(prefix.length));
  };

/** The documents that describe the API: its versions, and its operations as OpenAPI. @param endpoint without a version. */
export function registerVersionDocuments(app: FastifyInstance, routes: readonly Route[], endpoint: string): void {
  app.get('/', () => versionList(endpoint));
  app.get('/v2', () => versionDocument(endpoint, 'v2.0'));
  app.get('/v2.1', () => versionDocument(endpoint, 'v2.1'));
  const openApi = openApiDocument(routes, `${endpoint}/v2.1`);
  app.get('/v2.1/openapi.json', () => openApi);
}
