import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { serveApi } from '../http/serve-api.ts';
import { identityRoutes } from './routes.ts';
import { identityService } from './service.ts';

export function registerIdentity(app: FastifyInstance, deps: ApiDeps): void {
  const { publicUrl, checkResponses } = deps.config;
  const routes = identityRoutes(deps);
  serveApi(app, { service: identityService, routes, tokens: deps.tokens, publicUrl, checkResponses });
}
