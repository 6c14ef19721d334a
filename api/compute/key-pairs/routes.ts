import {
  createKeyPair,
  deleteKeyPair,
  getKeyPair,
  type KeyPairRecord,
  listKeyPairs,
} from '#platform/directory/stores/key-pairs.ts';
import { projectLimits } from '#platform/directory/stores/quotas.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import { askerOf } from '../../budgets/asker.ts';
import type { ApiDeps } from '../../deps.ts';
import { boundedRows } from '../../http/bounded-page.ts';
import { always } from '../../http/by-version.ts';
import type { Microversion } from '../../http/microversion.ts';
import { authorize, type Policy } from '../../http/policy.ts';
import { lastOf } from '../../http/query.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { since } from '../../http/since.ts';
import { nextLink } from '../next-link.ts';
import { pageLimit } from '../page-limit.ts';
import { generateKey, importKey, type KeyType } from './key-material.ts';
import { KEY_PAIR_CREATE, KEY_PAIR_DELETE, KEY_PAIR_INDEX, KEY_PAIR_SHOW } from './policy.ts';
import {
  createKeyPairBody,
  createKeyPairResponse,
  keyPairResponse,
  keyPairsResponse,
  listKeyPairsQuery,
  oneKeyPairQuery,
} from './schema.ts';
import { keyPairCreated, keyPairDetail, keyPairInList } from './view.ts';

const SINCE = since({ pages: 35, moreLetters: 92 });

interface NewKeyPair {
  readonly keypair: {
    readonly name: string;
    readonly public_key?: string;
    readonly type?: KeyType;
    readonly user_id?: string;
  };
}

/** What a name may be made of; from 2.92 also `@` and `.`. */
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

export function keyPairRoutes({
  directory,
  clock,
  budgets,
}: Pick<ApiDeps, 'directory' | 'clock' | 'budgets'>): readonly Route[] {
  const create = async (request: ApiRequest<NewKeyPair>, userId: string) => {
    const { name: given, public_key: publicKey, type = 'ssh' } = request.body.keypair;
    const name = given.trim();
    const now = clock.now();
    const { key, signal } = askerOf(request);
    const material =
      publicKey === undefined
        ? await budgets.keyGeneration.run(key, () => generateKey(type, userId, now), signal)
        : importKey(type, publicKey);
    const { privateKey, ...rest } = material;
    const keyPair = await directory.transaction(async (tx) => {
      const { key_pairs: limit } = await projectLimits(tx, request.caller.projectId);
      return createKeyPair(tx, { userId, name, type, ...rest }, limit, timestamp(now));
    });
    return keyPairCreated(keyPair, privateKey, request.version);
  };

  const requireMarker = (userId: string, name: string) =>
    getKeyPair(directory.read, userId, name).catch((error: unknown) => {
      if (!isVolvoxError(error, 'not-found')) throw error;
      throw new VolvoxError(
        'invalid',
        `Marker ${name} could not be found. It is the name of the last key pair of the page before.`,
      );
    });

  return [
    route({
      method: 'GET',
      path: '/os-keypairs',
      summary: 'Lists key pairs, of oneself or (from 2.10, admins) of a user.',
      policy: KEY_PAIR_INDEX,
      authorizes: 'handler',
      response: keyPairsResponse,
      query: listKeyPairsQuery,
      handle: async (request) => {
        const userId = userAsked(request, KEY_PAIR_INDEX, lastOf(request.query, 'user_id'));
        const marker = lastOf(request.query, 'marker') ?? null;
        const next = (after: KeyPairRecord | null, limit: number) =>
          listKeyPairs(directory.read, userId, { limit, after: after?.name ?? marker });
        if (marker !== null) await requireMarker(userId, marker);
        const most = pageLimit(request.query);
        if (!SINCE.pages(request.version)) {
          // Without a link to the next page, a shorter one would be taken for the whole list.
          return { keypairs: (await next(null, most)).map((keyPair) => keyPairInList(keyPair, request.version)) };
        }
        const { rows, cut } = await boundedRows(next, most, request.signal);
        return {
          keypairs: rows.map((keyPair) => keyPairInList(keyPair, request.version)),
          ...nextLink('keypairs', '/os-keypairs', request, rows.at(-1)?.name, cut ? most : rows.length),
        };
      },
    }),
    route<NewKeyPair>({
      method: 'POST',
      path: '/os-keypairs',
      summary: 'Imports a public key, or (until 2.91) generates a key pair.',
      turn: 'own',
      policy: KEY_PAIR_CREATE,
      authorizes: 'handler',
      response: createKeyPairResponse,
      status: { 0: 200, 2: 201 },
      body: createKeyPairBody,
      handle: (request) => {
        const userId = userAsked(request, KEY_PAIR_CREATE, request.body.keypair.user_id);
        checkName(request.body.keypair.name, request.version);
        return create(request, userId);
      },
    }),
    route({
      method: 'GET',
      path: '/os-keypairs/:name',
      summary: 'Shows a key pair.',
      policy: KEY_PAIR_SHOW,
      authorizes: 'handler',
      response: keyPairResponse,
      query: oneKeyPairQuery,
      handle: async (request) => {
        const userId = userAsked(request, KEY_PAIR_SHOW, lastOf(request.query, 'user_id'));
        return keyPairDetail(await getKeyPair(directory.read, userId, request.params.name ?? ''), request.version);
      },
    }),
    route({
      method: 'DELETE',
      path: '/os-keypairs/:name',
      summary: 'Deletes a key pair. Servers keep the key they were given.',
      policy: KEY_PAIR_DELETE,
      authorizes: 'handler',
      response: always('empty'),
      status: { 0: 202, 2: 204 },
      query: oneKeyPairQuery,
      handle: (request) => {
        const userId = userAsked(request, KEY_PAIR_DELETE, lastOf(request.query, 'user_id'));
        return directory.transaction((tx) => deleteKeyPair(tx, userId, request.params.name ?? ''));
      },
    }),
  ];
}

/** Whose key pairs are meant. @throws VolvoxError forbidden when the caller may not touch that user's. */
function userAsked({ caller }: ApiRequest, policy: Policy, asked: string | undefined): string {
  const userId = asked ?? caller.userId;
  authorize(policy, caller, { userId });
  return userId;
}

function checkName(name: string, version: Microversion): void {
  const allowed = `${SINCE.moreLetters(version) ? '@._- ' : '_- '}${LETTERS}`;
  if ([...name].some((character) => !allowed.includes(character)))
    throw new VolvoxError(
      'invalid',
      `An invalid 'name' value was provided. The name must be: Only expects characters: '${allowed}'`,
    );
}
