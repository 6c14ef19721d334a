import Fastify, { type FastifyInstance } from 'fastify';
import type { Sighting } from '#platform/audit/sighting-store.ts';
import { Secret } from '#platform/config/secret.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { systemClock } from '#platform/time/clock.ts';
import { serveApis } from '../../api/apis.ts';
import { createCaches } from '../../api/caches.ts';
import { createAdminPasswords } from '../../api/compute/servers/create/admin-passwords.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { ROUTER_OPTIONS } from '../../api/http/app-options.ts';
import { unauthenticated } from '../../api/http/authenticate.ts';
import { acceptIdempotencyKeys } from '../../api/http/idempotency/accept-keys.ts';
import { type Caller, NOBODY } from '../../api/identity/caller.ts';
import { defaultBudgets } from './default-budgets.ts';

export const PROJECT = '6f70656e737461636b20342065766572';

/** The tokens of these tests are names of callers. */
const CALLERS: Readonly<Record<string, Partial<Caller>>> = {
  admin: { userId: 'admin', projectId: PROJECT, roles: ['admin', 'manager', 'member', 'reader'], isAdmin: true },
  manager: { userId: 'fake', projectId: PROJECT, roles: ['manager', 'member', 'reader'] },
  member: { userId: 'fake', projectId: PROJECT, roles: ['member', 'reader'] },
  reader: { userId: 'reader', projectId: PROJECT, roles: ['reader'] },
  otherManager: {
    userId: 'other-manager',
    projectId: 'ffffffffffffffffffffffffffffffff',
    roles: ['manager', 'member', 'reader'],
  },
  outsider: { userId: 'other', projectId: 'ffffffffffffffffffffffffffffffff', roles: ['member', 'reader'] },
};

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  readonly body: any;
}

export interface ComputeApp {
  readonly app: FastifyInstance;
  /** `send('admin', 'POST /flavors', '2.55', body)`; without a version: 2.1. */
  send(who: string, what: string, version?: string | null, body?: unknown): Promise<Reply>;
  readonly deps: ApiDeps;
  /** What this process saw go wrong. */
  readonly sightings: readonly Sighting[];
  close(): Promise<void>;
}

const SIGNING_KEY = new Secret('a signing key of some length, for tests');

/** The compute API over this directory, without listening; `more` replaces what the tested nouns reach beyond it. */
export async function serveCompute(database: Directory, more: Partial<ApiDeps> = {}): Promise<ComputeApp> {
  const sightings: Sighting[] = [];
  const deps = {
    adminPasswords: createAdminPasswords(SIGNING_KEY),
    directory: database,
    clock: systemClock,
    config: { publicUrl: 'http://volvox.test', checkResponses: true },
    cells: { all: () => [], find: () => undefined },
    caches: createCaches(),
    sightings: { note: (sighting: Sighting) => sightings.push(sighting) },
    tokens: {
      verify: (token: string) => {
        const caller = CALLERS[token];
        if (caller === undefined) throw unauthenticated();
        return { ...NOBODY, ...caller };
      },
    },
    ...defaultBudgets(database, systemClock),
    ...more,
  } as unknown as ApiDeps;
  const app = Fastify({ routerOptions: ROUTER_OPTIONS }) as unknown as FastifyInstance;
  app.decorateRequest('context');
  const seal = createDoorKeySeal(SIGNING_KEY);
  acceptIdempotencyKeys(app, { ...deps, cells: { seal } });
  serveApis(app, deps, ['compute']);
  await app.ready();
  return {
    app,
    deps,
    sightings,
    send: async (who, what, version = null, body = undefined) => {
      const [method = 'GET', path = '/'] = what.split(' ');
      const reply = await app.inject({
        method: method as 'GET',
        url: path.startsWith('/compute') ? path : `/compute/v2.1${path}`,
        headers: {
          ...(who === '' ? {} : { 'x-auth-token': who }),
          ...(version === null ? {} : { 'openstack-api-version': `compute ${version}` }),
        },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return {
        status: reply.statusCode,
        headers: reply.headers,
        body: reply.body === '' ? null : JSON.parse(reply.body),
      };
    },
    close: () => app.close(),
  };
}
