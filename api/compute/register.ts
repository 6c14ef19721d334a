import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { computeFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';
import { serveRoutes } from '../http/serve-routes.ts';
import { computeRoutes } from './routes.ts';
import { isVersionDocument, registerVersionDocuments } from './versions/register.ts';
import { versionList } from './versions/version-documents.ts';

const PREFIX = '/compute';

export function registerCompute(app: FastifyInstance, deps: ApiDeps): void {
  const endpoint = `${deps.config.publicUrl}${PREFIX}`;
  app.get('/', () => versionList(endpoint));
  mountApi(app, {
    prefix: PREFIX,
    faults: computeFaults,
    tokens: deps.tokens,
    scope: 'project',
    open: isVersionDocument(PREFIX),
    requestIdHeader: 'x-compute-request-id',
    routes: (api) => {
      const routes = computeRoutes(deps);
      registerVersionDocuments(api, routes, endpoint);
      serveRoutes(api, routes, endpoint);
    },
  });
}
