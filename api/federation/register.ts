import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { federationFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';
import { adminOnly } from './admin-only.ts';
import { asideRoutes } from './aside/routes.ts';
import { cellRoutes } from './cells/routes.ts';
import { findingRoutes } from './findings/routes.ts';
import { hostRoutes } from './hosts/routes.ts';
import { moveRoutes } from './moves/routes.ts';
import { operationRoutes } from './operations/routes.ts';

const VERSION = { id: 'v1', status: 'CURRENT', links: [{ rel: 'self', href: '/federation/v1' }] };

/** Our own API: the cells of the region, their hosts, and what is being done. See docs/federation-api.md. */
export function registerFederation(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/federation',
    title: 'Federation API',
    faults: federationFaults,
    tokens: deps.tokens,
    scope: 'project',
    open: (request) => OPEN.has(request.url.split('?', 1)[0] ?? ''),
    routes: (api) => {
      api.get('/', async () => ({ versions: [VERSION] }));
      api.get('/v1', async () => ({ version: VERSION }));
      api.register(async (guarded) => {
        guarded.addHook('preValidation', adminOnly);
        cellRoutes(guarded, deps);
        hostRoutes(guarded, deps);
        operationRoutes(guarded, deps);
        moveRoutes(guarded, deps);
        findingRoutes(guarded, deps);
        asideRoutes(guarded, deps);
      });
    },
  });
}

const OPEN: ReadonlySet<string> = new Set(['/federation', '/federation/', '/federation/v1', '/federation/v1/']);
