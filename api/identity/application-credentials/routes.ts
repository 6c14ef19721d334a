import { randomBytes } from 'node:crypto';
import {
  type ApplicationCredentialRecord,
  deleteApplicationCredential,
  findApplicationCredential,
  insertApplicationCredential,
  listApplicationCredentials,
} from '#platform/directory/stores/application-credentials.ts';
import { effectiveProjectRoles, listRoles } from '#platform/directory/stores/roles.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import { askerOf } from '../../budgets/asker.ts';
import type { ApiDeps } from '../../deps.ts';
import { listViews } from '../../http/list-views.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { answerCollection } from '../collection.ts';
import { newId } from '../new-id.ts';
import { authorizeFor } from '../policy.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { chosenRoles, expiryOf } from './new-credential.ts';
import { CREATE_CREDENTIAL, DELETE_CREDENTIAL, GET_CREDENTIAL, LIST_CREDENTIALS } from './policy.ts';
import {
  CREDENTIAL_ATTRIBUTES,
  type CredentialCreate,
  createCredentialBody,
  createdCredentialResponse,
  credentialResponse,
  credentialsResponse,
  listCredentialsQuery,
} from './schema.ts';
import { credentialView } from './view.ts';

const PATH = '/v3/users/:user/application_credentials';

export function applicationCredentialRoutes({
  directory,
  tokens,
  passwords,
  config,
  clock,
}: ApiDeps): readonly Route[] {
  const find = async (user: string, id: string): Promise<ApplicationCredentialRecord> => {
    const row = await findApplicationCredential(directory.read, { id });
    if (row !== null && row.userId === user) return row;
    throw new VolvoxError('not-found', `Could not find Application Credential: ${id}.`);
  };
  const of = ({ params }: ApiRequest) => ({ user: params.user ?? '', id: params.id ?? '' });

  return [
    route({
      method: 'GET',
      path: PATH,
      summary: 'Lists the application credentials of a user.',
      policy: LIST_CREDENTIALS,
      authorizes: 'handler',
      query: listCredentialsQuery,
      response: credentialsResponse,
      handle: async (request) => {
        const { user } = of(request);
        authorizeFor(LIST_CREDENTIALS, request, user);
        const [rows, roles] = await Promise.all([
          listApplicationCredentials(directory.read, user),
          listRoles(directory.read),
        ]);
        return answerCollection(request, config, {
          noun: 'application_credentials',
          attributes: CREDENTIAL_ATTRIBUTES,
          list: async (listing) => listViews(rows, listing),
          get: (id) => find(user, id),
          view: (row) => credentialView(row, roles, config.publicUrl),
        });
      },
    }),
    route<CredentialCreate>({
      method: 'POST',
      path: PATH,
      summary: 'Creates an application credential for oneself. The secret is shown once.',
      turn: 'own',
      policy: CREATE_CREDENTIAL,
      authorizes: 'handler',
      query: ignoredQuery,
      body: createCredentialBody,
      status: 201,
      response: createdCredentialResponse,
      handle: async (request) => {
        authorizeFor(CREATE_CREDENTIAL, request, of(request).user);
        const given = request.body.application_credential;
        const { userId, projectId } = request.caller;
        const ownerRoles = await effectiveProjectRoles(directory.read, userId, projectId);
        const secret = given.secret ?? randomBytes(64).toString('base64url');
        const row: ApplicationCredentialRecord = {
          id: newId(),
          name: given.name,
          description: given.description ?? '',
          userId,
          projectId,
          roleIds: chosenRoles(given.roles, ownerRoles),
          expiresAt: expiryOf(given.expires_at ?? null, clock.now()),
          secretHash: await passwords.hash(askerOf(request), secret),
          unrestricted: given.unrestricted === true,
          createdAt: timestamp(clock.now()),
        };
        await directory.transaction((tx) => insertApplicationCredential(tx, row));
        return { application_credential: { ...credentialView(row, ownerRoles, config.publicUrl), secret } };
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      summary: 'Shows an application credential, without its secret.',
      policy: GET_CREDENTIAL,
      authorizes: 'handler',
      query: ignoredQuery,
      response: credentialResponse,
      handle: async (request) => {
        const { user, id } = of(request);
        authorizeFor(GET_CREDENTIAL, request, user);
        const [row, roles] = await Promise.all([find(user, id), listRoles(directory.read)]);
        return { application_credential: credentialView(row, roles, config.publicUrl) };
      },
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:id`,
      summary: 'Deletes an application credential; its tokens are void.',
      policy: DELETE_CREDENTIAL,
      authorizes: 'handler',
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { user, id } = of(request);
        authorizeFor(DELETE_CREDENTIAL, request, user);
        const row = await find(user, id);
        await directory.transaction((tx) => deleteApplicationCredential(tx, row.id));
        tokens.forget();
      },
    }),
  ];
}
