import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { identityFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';

export function registerIdentity(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/identity',
    faults: identityFaults,
    tokens: deps.tokens,
    scope: 'any',
    routes: () => undefined,
  });
}
