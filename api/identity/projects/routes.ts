import type { FastifyInstance } from 'fastify';
import { sqlTime } from '#platform/database/json-column.ts';
import {
  deleteProject,
  getProject,
  insertProject,
  listProjects,
  updateProject,
} from '#platform/directory/stores/projects.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { collection } from '../links.ts';
import { listFilters } from '../list-filters.ts';
import { newId } from '../new-id.ts';
import { requireAdmin } from '../policy.ts';
import { ProjectCreate, ProjectUpdate } from './schema.ts';
import { projectView } from './view.ts';

type ById = { Params: { id: string } };

export function registerProjects(app: FastifyInstance, { directory, tokens, config, clock }: ApiDeps): void {
  app.get<{ Querystring: Record<string, string> }>('/v3/projects', async (request) => {
    requireAdmin(request, 'list_projects');
    const filters = listFilters(request.query, { name: 'text', enabled: 'boolean' });
    const rows = filters === null ? [] : await listProjects(directory.read, filters);
    return collection(
      config,
      'projects',
      rows.map((row) => projectView(row, config)),
    );
  });

  app.post<{ Body: ProjectCreate }>('/v3/projects', { schema: { body: ProjectCreate } }, async (request, reply) => {
    requireAdmin(request, 'create_project');
    const { name, description, enabled } = request.body.project;
    const row = {
      id: newId(),
      name,
      description: description ?? '',
      enabled: enabled === false ? 0 : 1,
      created_at: sqlTime(timestamp(clock.now())),
    };
    await directory.transaction((tx) => insertProject(tx, row));
    return reply.code(201).send({ project: projectView(row, config) });
  });

  app.get<ById>('/v3/projects/:id', async (request) => {
    const { id } = request.params;
    if (request.context.projectId !== id) requireAdmin(request, 'get_project');
    return { project: projectView(await getProject(directory.read, id), config) };
  });

  app.patch<ById & { Body: ProjectUpdate }>(
    '/v3/projects/:id',
    { schema: { body: ProjectUpdate } },
    async (request) => {
      requireAdmin(request, 'update_project');
      const { id } = request.params;
      const { name, description, enabled } = request.body.project;
      await directory.transaction((tx) =>
        updateProject(tx, id, {
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description: description ?? '' }),
          ...(enabled === undefined ? {} : { enabled: enabled ? 1 : 0 }),
        }),
      );
      tokens.forget();
      return { project: projectView(await getProject(directory.read, id), config) };
    },
  );

  app.delete<ById>('/v3/projects/:id', async (request, reply) => {
    requireAdmin(request, 'delete_project');
    const { id } = request.params;
    await directory.transaction(async (tx) => {
      const servers = await tx
        .selectFrom('instance_homes')
        .select('uuid')
        .where('project_id', '=', id)
        .where('state', '!=', 'deleted')
        .limit(1)
        .executeTakeFirst();
      if (servers !== undefined) throw new VolvoxError('conflict', `Project ${id} still has servers.`);
      await deleteProject(tx, id);
    });
    tokens.forget();
    return reply.code(204).send();
  });
}
