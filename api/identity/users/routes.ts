import type { FastifyInstance } from 'fastify';
import { sqlTime } from '#platform/database/json-column.ts';
import { listProjects } from '#platform/directory/stores/projects.ts';
import { projectsOfUser } from '#platform/directory/stores/roles.ts';
import { deleteUser, getUser, insertUser, listUsers, updateUser } from '#platform/directory/stores/users.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { collection } from '../links.ts';
import { listFilters } from '../list-filters.ts';
import { newId } from '../new-id.ts';
import { hashPassword, passwordMatches } from '../passwords/password-hash.ts';
import { requireAdmin, requireSelfOrAdmin } from '../policy.ts';
import { projectView } from '../projects/view.ts';
import { PasswordChange, UserCreate, UserUpdate } from './schema.ts';
import { userView } from './view.ts';

type ById = { Params: { id: string } };

export function registerUsers(app: FastifyInstance, { directory, tokens, config, clock }: ApiDeps): void {
  app.get<{ Querystring: Record<string, string> }>('/v3/users', async (request) => {
    requireAdmin(request, 'list_users');
    const filters = listFilters(request.query, { name: 'text', enabled: 'boolean' });
    const rows = filters === null ? [] : await listUsers(directory.read, filters);
    return collection(
      config,
      'users',
      rows.map((row) => userView(row, config)),
    );
  });

  app.post<{ Body: UserCreate }>('/v3/users', { schema: { body: UserCreate } }, async (request, reply) => {
    requireAdmin(request, 'create_user');
    const { user } = request.body;
    const row = {
      id: newId(),
      name: user.name,
      description: user.description ?? '',
      email: user.email ?? null,
      enabled: user.enabled === false ? 0 : 1,
      password_hash: typeof user.password === 'string' ? await hashPassword(user.password) : null,
      default_project_id: user.default_project_id ?? null,
      tokens_not_before: 0,
      created_at: sqlTime(timestamp(clock.now())),
    };
    await directory.transaction((tx) => insertUser(tx, row));
    return reply.code(201).send({ user: userView(row, config) });
  });

  app.get<ById>('/v3/users/:id', async (request) => {
    requireSelfOrAdmin(request, request.params.id, 'get_user');
    return { user: userView(await getUser(directory.read, request.params.id), config) };
  });

  app.patch<ById & { Body: UserUpdate }>('/v3/users/:id', { schema: { body: UserUpdate } }, async (request) => {
    requireAdmin(request, 'update_user');
    const { id } = request.params;
    const { user } = request.body;
    // Tokens that the old password, or the user before it was disabled, could get are void.
    const voids = typeof user.password === 'string' || user.enabled === false;
    const passwordHash = typeof user.password === 'string' ? await hashPassword(user.password) : undefined;
    await directory.transaction((tx) =>
      updateUser(tx, id, {
        ...(user.name === undefined ? {} : { name: user.name }),
        ...(user.description === undefined ? {} : { description: user.description ?? '' }),
        ...(user.email === undefined ? {} : { email: user.email }),
        ...(user.enabled === undefined ? {} : { enabled: user.enabled ? 1 : 0 }),
        ...(user.default_project_id === undefined ? {} : { default_project_id: user.default_project_id }),
        ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
        ...(voids ? { tokens_not_before: clock.now() } : {}),
      }),
    );
    tokens.forget();
    return { user: userView(await getUser(directory.read, id), config) };
  });

  app.delete<ById>('/v3/users/:id', async (request, reply) => {
    requireAdmin(request, 'delete_user');
    await directory.transaction((tx) => deleteUser(tx, request.params.id));
    tokens.forget();
    return reply.code(204).send();
  });

  app.post<ById & { Body: PasswordChange }>(
    '/v3/users/:id/password',
    { schema: { body: PasswordChange } },
    async (request, reply) => {
      const { id } = request.params;
      if (request.context.userId !== id) throw new VolvoxError('unauthenticated', 'Only your own password.');
      const { original_password: original, password } = request.body.user;
      const { password_hash: known } = await getUser(directory.read, id);
      if (!(await passwordMatches(original, known))) throw new VolvoxError('unauthenticated', 'The password is wrong.');
      const passwordHash = await hashPassword(password);
      await directory.transaction((tx) =>
        updateUser(tx, id, { password_hash: passwordHash, tokens_not_before: clock.now() }),
      );
      tokens.forget();
      return reply.code(204).send();
    },
  );

  app.get<ById>('/v3/users/:id/projects', async (request) => {
    const { id } = request.params;
    requireSelfOrAdmin(request, id, 'list_user_projects');
    const rows = await listProjects(directory.read, [
      { column: 'id', anyOf: await projectsOfUser(directory.read, id) },
    ]);
    return collection(
      config,
      'projects',
      rows.map((row) => projectView(row, config)),
    );
  });

  app.get<ById>('/v3/users/:id/groups', async (request) => {
    requireSelfOrAdmin(request, request.params.id, 'list_groups_for_user');
    return collection(config, 'groups', []);
  });
}
