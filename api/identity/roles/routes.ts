import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  deleteRole,
  getRole,
  IMPLIED_ROLES,
  insertRole,
  listRoles,
  type RoleRow,
  updateRole,
} from '#platform/directory/stores/roles.ts';
import type { ApiDeps } from '../../deps.ts';
import { collection, selfLink } from '../links.ts';
import { listFilters } from '../list-filters.ts';
import { newId } from '../new-id.ts';
import { requireAdmin } from '../policy.ts';

type ById = { Params: { id: string } };
type RoleBody = { Body: { role: { name?: string; description?: string | null } } };

const Name = Type.String({ minLength: 1, maxLength: 255 });
const description = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const RoleCreate = Type.Object({ role: Type.Object({ name: Name, description }) });
const RoleUpdate = Type.Object({ role: Type.Object({ name: Type.Optional(Name), description }) });

export function registerRoles(app: FastifyInstance, { directory, tokens, config }: ApiDeps): void {
  const view = (row: RoleRow) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    domain_id: null,
    options: {},
    links: selfLink(config, 'roles', row.id),
  });

  app.get<{ Querystring: Record<string, string> }>('/v3/roles', async (request) => {
    requireAdmin(request, 'list_roles');
    const { domain_id: _ofDomain, ...query } = request.query;
    return collection(
      config,
      'roles',
      (await listRoles(directory.read, listFilters(query, { name: 'text' }) ?? [])).map(view),
    );
  });

  app.post<RoleBody>('/v3/roles', { schema: { body: RoleCreate } }, async (request, reply) => {
    requireAdmin(request, 'create_role');
    const { name = '', description: text } = request.body.role;
    const row = { id: newId(), name, description: text ?? '' };
    await directory.transaction((tx) => insertRole(tx, row));
    return reply.code(201).send({ role: view(row) });
  });

  app.get<ById>('/v3/roles/:id', async (request) => {
    requireAdmin(request, 'get_role');
    return { role: view(await getRole(directory.read, request.params.id)) };
  });

  app.patch<ById & RoleBody>('/v3/roles/:id', { schema: { body: RoleUpdate } }, async (request) => {
    requireAdmin(request, 'update_role');
    const { name, description: text } = request.body.role;
    await directory.transaction((tx) =>
      updateRole(tx, request.params.id, {
        ...(name === undefined ? {} : { name }),
        ...(text === undefined ? {} : { description: text ?? '' }),
      }),
    );
    tokens.forget();
    return { role: view(await getRole(directory.read, request.params.id)) };
  });

  app.delete<ById>('/v3/roles/:id', async (request, reply) => {
    requireAdmin(request, 'delete_role');
    await directory.transaction((tx) => deleteRole(tx, request.params.id));
    tokens.forget();
    return reply.code(204).send();
  });

  app.get('/v3/role_inferences', async (request) => {
    requireAdmin(request, 'list_role_inference_rules');
    const roles = await listRoles(directory.read);
    const named = (name: string) => roles.filter((role) => role.name === name).map(view);
    return {
      role_inferences: Object.entries(IMPLIED_ROLES).flatMap(([prior, implied]) =>
        named(prior).map((role) => ({ prior_role: role, implies: implied.flatMap(named) })),
      ),
    };
  });
}
