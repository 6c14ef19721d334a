import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { fromJson, isoTime, sqlTime, toJson } from '#platform/database/json-column.ts';
import {
  type ApplicationCredentialRow,
  deleteApplicationCredential,
  findApplicationCredential,
  insertApplicationCredential,
  listApplicationCredentials,
} from '#platform/directory/stores/application-credentials.ts';
import { listRoles, projectRoles, type RoleRow } from '#platform/directory/stores/roles.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { collection, identityUrl } from '../links.ts';
import { newId } from '../new-id.ts';
import { hashPassword } from '../passwords/password-hash.ts';
import { notAllowed, requireSelfOrAdmin } from '../policy.ts';

const CredentialCreate = Type.Object({
  application_credential: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 255 }),
    description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    secret: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 255 }), Type.Null()])),
    expires_at: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    unrestricted: Type.Optional(Type.Boolean()),
    roles: Type.Optional(
      Type.Array(Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) })),
    ),
  }),
});
type CredentialCreate = Static<typeof CredentialCreate>;
type OfUser = { Params: { user: string } };
type ById = { Params: { user: string; id: string } };
const ROUTE = '/v3/users/:user/application_credentials';

export function registerApplicationCredentials(app: FastifyInstance, deps: ApiDeps): void {
  const { directory, tokens, config, clock } = deps;

  app.get<OfUser & { Querystring: { name?: string } }>(ROUTE, async (request) => {
    const { user } = request.params;
    requireSelfOrAdmin(request, user, 'list_application_credentials');
    const [rows, roles] = await Promise.all([
      listApplicationCredentials(directory.read, user),
      listRoles(directory.read),
    ]);
    const wanted = rows.filter((row) => request.query.name === undefined || row.name === request.query.name);
    return collection(
      config,
      'application_credentials',
      wanted.map((row) => view(row, roles, config.publicUrl)),
    );
  });

  app.post<OfUser & { Body: CredentialCreate }>(
    ROUTE,
    { schema: { body: CredentialCreate } },
    async (request, reply) => {
      requireOwner(request, request.params.user, 'create_application_credential');
      const given = request.body.application_credential;
      const { userId, projectId } = request.context;
      const own = await projectRoles(directory.read, userId, projectId);
      const secret = given.secret ?? randomBytes(64).toString('base64url');
      const row: ApplicationCredentialRow = {
        id: newId(),
        name: given.name,
        description: given.description ?? '',
        user_id: userId,
        project_id: projectId,
        secret_hash: await hashPassword(secret),
        role_ids: toJson(chosenRoles(given.roles, own)),
        unrestricted: given.unrestricted === true ? 1 : 0,
        expires_at: expiryOf(given.expires_at ?? null, clock.now()),
        created_at: sqlTime(timestamp(clock.now())),
      };
      await directory.transaction((tx) => insertApplicationCredential(tx, row));
      const shown = view(row, own, config.publicUrl);
      return reply.code(201).send({ application_credential: { ...shown, secret } });
    },
  );

  app.get<ById>(`${ROUTE}/:id`, async (request) => {
    requireSelfOrAdmin(request, request.params.user, 'get_application_credential');
    const [row, roles] = await Promise.all([find(request.params), listRoles(directory.read)]);
    return { application_credential: view(row, roles, config.publicUrl) };
  });

  app.delete<ById>(`${ROUTE}/:id`, async (request, reply) => {
    if (!request.context.isAdmin) requireOwner(request, request.params.user, 'delete_application_credential');
    const row = await find(request.params);
    await directory.transaction((tx) => deleteApplicationCredential(tx, row.id));
    tokens.forget();
    return reply.code(204).send();
  });

  const find = async ({ user, id }: ById['Params']): Promise<ApplicationCredentialRow> => {
    const row = await findApplicationCredential(directory.read, { id });
    if (row !== null && row.user_id === user) return row;
    throw new VolvoxError('not-found', `Could not find Application Credential: ${id}.`);
  };
}

/** Only for oneself, in the project one is in, and not with another application credential. */
function requireOwner(request: FastifyRequest, userId: string, rule: string): void {
  const { context } = request;
  if (context.userId !== userId || context.projectId === '' || context.applicationCredentialId !== null) {
    throw notAllowed(rule);
  }
}

function chosenRoles(asked: CredentialCreate['application_credential']['roles'], own: readonly RoleRow[]): string[] {
  if (asked === undefined || asked.length === 0) return own.map((role) => role.id);
  return asked.map((reference) => {
    const role = own.find((candidate) => candidate.id === reference.id || candidate.name === reference.name);
    if (role !== undefined) return role.id;
    throw new VolvoxError(
      'invalid',
      `Invalid application credential: Could not find role assignment with role: ${reference.id ?? reference.name}.`,
    );
  });
}

function expiryOf(text: string | null, now: number): string | null {
  if (text === null) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  if (!Number.isFinite(ms) || ms <= now) {
    throw new VolvoxError(
      'invalid',
      "Invalid input for 'application_credential.expires_at': a moment in the future is needed",
    );
  }
  return sqlTime(timestamp(ms));
}

function view(row: ApplicationCredentialRow, roles: readonly RoleRow[], publicUrl: string) {
  const chosen = fromJson<string[]>(row.role_ids);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    project_id: row.project_id,
    user_id: row.user_id,
    unrestricted: row.unrestricted === 1,
    expires_at: row.expires_at === null ? null : isoTime(row.expires_at),
    roles: roles.filter((role) => chosen.includes(role.id)).map(({ id, name }) => ({ id, name, domain_id: null })),
    system: null,
    links: { self: `${identityUrl({ publicUrl })}/users/${row.user_id}/application_credentials/${row.id}` },
  };
}
