import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { federationFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';

export function registerFederation(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/federation',
    faults: federationFaults,
    tokens: deps.tokens,
    scope: 'project',
    routes: () => undefined,
  });
}
