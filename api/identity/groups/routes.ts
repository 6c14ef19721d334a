import type { FastifyInstance } from 'fastify';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { collection } from '../links.ts';
import { requireAdmin } from '../policy.ts';

/** Groups are not offered; clients that look for one find none. */
export function registerGroups(app: FastifyInstance, { config }: Pick<ApiDeps, 'config'>): void {
  app.get('/v3/groups', async (request) => {
    requireAdmin(request, 'list_groups');
    return collection(config, 'groups', []);
  });
  app.get<{ Params: { id: string } }>('/v3/groups/:id', async (request) => {
    throw new VolvoxError('not-found', `Could not find group: ${request.params.id}.`);
  });
}
