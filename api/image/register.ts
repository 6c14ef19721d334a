import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { imageFaults } from '../http/fault-formats.ts';
import { mountApi } from '../http/mount-api.ts';

export function registerImage(app: FastifyInstance, deps: ApiDeps): void {
  mountApi(app, {
    prefix: '/image',
    faults: imageFaults,
    tokens: deps.tokens,
    scope: 'project',
    routes: () => undefined,
  });
}
