import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { serveApi } from '../http/serve-api.ts';
import { computeRoutes } from './routes.ts';
import { computeService } from './service.ts';
import { versionList } from './versions/version-documents.ts';

export function registerCompute(app: FastifyInstance, deps: ApiDeps): void {
  const { publicUrl, checkResponses } = deps.config;
  app.get('/', () => versionList(`${publicUrl}${computeService.prefix}`));
  serveApi(app, {
    service: computeService,
    routes: computeRoutes(deps),
    tokens: deps.tokens,
    publicUrl,
    checkResponses,
  });
}
