import {
  deleteUser,
  findUser,
  getUser,
  insertUser,
  pageOfUsers,
  updateUser,
} from '#platform/directory/stores/users.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import { askerOf } from '../../budgets/asker.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { extraOf, requireDefaultDomain } from '../attributes.ts';
import { namedUser } from '../auth/named-by.ts';
import { answerCollection } from '../collection.ts';
import { newId } from '../new-id.ts';
import { authorizeFor } from '../policy.ts';
import { emptyResponse, ignoredQuery } from '../response-types.ts';
import { changesOf } from './changes.ts';
import { CHANGE_PASSWORD, CREATE_USER, DELETE_USER, GET_USER, LIST_USERS, UPDATE_USER } from './policy.ts';
import {
  changePasswordBody,
  createUserBody,
  KNOWN_ATTRIBUTES,
  listUsersQuery,
  type PasswordChange,
  USER_ATTRIBUTES,
  type UserCreate,
  type UserUpdate,
  updateUserBody,
  userResponse,
  usersResponse,
} from './schema.ts';
import { userView } from './view.ts';

export function userRoutes({ directory, tokens, passwords, config, clock }: ApiDeps): readonly Route[] {
  const show = async (id: string) => ({ user: userView(await getUser(directory.read, id), config) });
  return [
    route({
      method: 'GET',
      path: '/v3/users',
      summary: 'Lists users.',
      policy: LIST_USERS,
      query: listUsersQuery,
      response: usersResponse,
      handle: (request) =>
        answerCollection(request, config, {
          noun: 'users',
          attributes: USER_ATTRIBUTES,
          list: (listing) => pageOfUsers(directory.read, listing),
          get: (id) => getUser(directory.read, id),
          view: (user) => userView(user, config),
        }),
    }),
    route<UserCreate>({
      method: 'POST',
      path: '/v3/users',
      summary: 'Creates a user.',
      turn: 'own',
      policy: CREATE_USER,
      query: ignoredQuery,
      body: createUserBody,
      status: 201,
      response: userResponse,
      handle: async (request) => {
        const { user } = request.body;
        requireDefaultDomain(user.domain_id);
        const created = {
          id: newId(),
          name: user.name,
          description: user.description ?? '',
          email: user.email ?? null,
          enabled: user.enabled !== false,
          passwordHash:
            typeof user.password === 'string' ? await passwords.hash(askerOf(request), user.password) : null,
          defaultProjectId: user.default_project_id ?? null,
          tokensNotBefore: 0,
          createdAt: timestamp(clock.now()),
          extra: extraOf(user, KNOWN_ATTRIBUTES),
        };
        await directory.transaction((tx) => insertUser(tx, created));
        return { user: userView(created, config) };
      },
    }),
    route({
      method: 'GET',
      path: '/v3/users/:id',
      summary: 'Shows a user.',
      policy: GET_USER,
      authorizes: 'handler',
      query: ignoredQuery,
      response: userResponse,
      handle: (request) => {
        const { id = '' } = request.params;
        authorizeFor(GET_USER, request, id);
        return show(id);
      },
    }),
    route<UserUpdate>({
      method: 'PATCH',
      path: '/v3/users/:id',
      summary: 'Changes a user.',
      turn: 'own',
      policy: UPDATE_USER,
      query: ignoredQuery,
      body: updateUserBody,
      response: userResponse,
      handle: async (request) => {
        const { user } = request.body;
        const { id = '' } = request.params;
        requireDefaultDomain(user.domain_id);
        const hash = (password: string) => passwords.hash(askerOf(request), password);
        const changes = await changesOf(await getUser(directory.read, id), user, hash, clock.now());
        await directory.transaction((tx) => updateUser(tx, id, changes));
        tokens.forget();
        if (typeof user.password === 'string' || user.enabled === true) await passwords.forgive(id);
        return show(id);
      },
    }),
    route({
      method: 'DELETE',
      path: '/v3/users/:id',
      summary: 'Deletes a user, with its roles and application credentials.',
      policy: DELETE_USER,
      query: ignoredQuery,
      status: 204,
      response: emptyResponse,
      handle: async ({ params: { id = '' } }) => {
        await directory.transaction((tx) => deleteUser(tx, id));
        tokens.forget();
      },
    }),
    route<PasswordChange>({
      method: 'POST',
      path: '/v3/users/:id/password',
      summary: 'Changes a password; the old one is the proof.',
      turn: 'own',
      policy: CHANGE_PASSWORD,
      query: ignoredQuery,
      body: changePasswordBody,
      status: 204,
      response: emptyResponse,
      handle: async (request) => {
        const { id = '' } = request.params;
        const { address, signal } = request;
        const { original_password: original, password } = request.body.user;
        const user = await passwords.check({ address, signal, password: original }, async () => {
          const value = await findUser(directory.read, { id });
          // It counts as a log-in by id does, also for an id that nobody has.
          return { named: namedUser({ id }), id: value?.id ?? null, hash: value?.passwordHash ?? null, value };
        });
        if (user === null)
          throw new VolvoxError(
            'unauthenticated',
            'The password is wrong. user.original_password must be the present one.',
          );
        const passwordHash = await passwords.hash(askerOf(request), password);
        const tokensNotBefore = Math.max(user.tokensNotBefore, clock.now() + 1);
        await directory.transaction((tx) => updateUser(tx, id, { passwordHash, tokensNotBefore }));
        tokens.forget();
        await passwords.forgive(id);
      },
    }),
  ];
}
