import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { serveApi } from '../http/serve-api.ts';
import { imageRoutes } from './routes.ts';
import { imageService } from './service.ts';

export function registerImage(app: FastifyInstance, deps: ApiDeps): void {
  const { publicUrl, checkResponses } = deps.config;
  serveApi(app, { service: imageService, routes: imageRoutes(deps), tokens: deps.tokens, publicUrl, checkResponses });
}
