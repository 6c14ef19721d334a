import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { networkFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';

export function registerNetwork(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/network',
    title: 'Network API',
    faults: networkFaults,
    tokens: deps.tokens,
    scope: 'project',
    routes: () => undefined,
  });
}
