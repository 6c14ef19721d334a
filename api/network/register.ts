import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { serveApi } from '../http/serve-api.ts';
import { networkRoutes } from './routes.ts';
import { networkService } from './service.ts';

export function registerNetwork(app: FastifyInstance, deps: ApiDeps): void {
  const { publicUrl, checkResponses } = deps.config;
  serveApi(app, {
    service: networkService,
    routes: networkRoutes(deps),
    tokens: deps.tokens,
    publicUrl,
    checkResponses,
  });
}
