import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { computeFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';
import { serveRoutes } from './microversions/serve-routes.ts';
import { computeRoutes } from './routes.ts';

export function registerCompute(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/compute',
    faults: computeFaults,
    tokens: deps.tokens,
    scope: 'project',
    requestIdHeader: 'x-compute-request-id',
    routes: (api) => serveRoutes(api, computeRoutes(deps), `${deps.config.publicUrl}/compute`),
  });
}
