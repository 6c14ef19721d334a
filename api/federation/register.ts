import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { serveApi } from '../http/serve-api.ts';
import { federationRoutes } from './routes.ts';
import { federationService } from './service.ts';

export function registerFederation(app: FastifyInstance, deps: ApiDeps): void {
  const { publicUrl, checkResponses } = deps.config;
  serveApi(app, {
    service: federationService,
    routes: federationRoutes(deps),
    tokens: deps.tokens,
    publicUrl,
    checkResponses,
  });
}
