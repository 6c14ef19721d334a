import type { FastifyInstance } from 'fastify';
import { seedImages } from '../contract/fixture-images.ts';
import { seedFlavors, seedNetwork } from '../contract/fixtures.ts';
import { type Region, startRegion } from '../contract/region.ts';
import { createFailureLog, type FailureLog } from './failure-log.ts';
import { IdPool } from './id-pool.ts';
import { type Account, createStock } from './stock.ts';

const ADMIN = { project: 'admin', user: 'admin', password: 'admin-password', role: 'admin' } as const;
const MEMBER = { project: 'demo', user: 'demo', password: 'demo-password', role: 'member' } as const;

const VALID = [1, 2, 3, 4, 5];

export interface FuzzRegion {
  readonly region: Region;
  /** An admin's, a member's, a forged one, and none. */
  readonly tokens: readonly (string | null)[];
  readonly pool: IdPool;
  readonly failures: FailureLog;
  /** Makes things that odd requests can find. */
  readonly restock: () => Promise<void>;
}

/** A request that is refused for its project's rate tries nothing. */
const NO_RATE = { requestsPerSecond: 1_000_000, requestBurst: 1_000_000 };

/** A region in this process with two accounts, a network, flavors and images, and a pool of ids that knows them. */
export async function startFuzzRegion(): Promise<FuzzRegion> {
  const failures = createFailureLog();
  const region = await startRegion({ accounts: [ADMIN, MEMBER], log: failures.log, budgets: NO_RATE });
  const admin = await logIn(region.app, ADMIN);
  const member = await logIn(region.app, MEMBER);
  const { directory } = region;
  await seedFlavors(directory);
  await seedImages(directory, member.projectId);
  await seedNetwork(directory, member.projectId);
  await seedNetwork(directory, admin.projectId);
  const pool = new IdPool(await sparedIds(region.app, admin.token));
  const { images = [] } = (
    await region.app.inject({ url: '/image/v2/images', headers: { 'x-auth-token': admin.token } })
  ).json<{ images?: { id: string }[] }>();
  for (const { id } of images) pool.add('images', id);
  const restock = createStock(region.app, [admin, member], pool);
  const tokens = [...VALID.flatMap(() => [admin.token, member.token]), 'no-token-at-all', null];
  return { region, tokens, pool, failures, restock };
}

async function logIn(
  app: FastifyInstance,
  { user, password, project }: { readonly user: string; readonly password: string; readonly project: string },
): Promise<Account> {
  const domain = { id: 'default' };
  const answer = await app.inject({
    method: 'POST',
    url: '/identity/v3/auth/tokens',
    payload: {
      auth: {
        identity: { methods: ['password'], password: { user: { name: user, password, domain } } },
        scope: { project: { name: project, domain } },
      },
    },
  });
  const body = answer.json<{ token: { project: { id: string } } }>();
  return { token: String(answer.headers['x-subject-token']), projectId: body.token.project.id };
}

/** Everything of the identity API that is there at the start: the callers' rights stand on it. */
async function sparedIds(app: FastifyInstance, token: string): Promise<string[]> {
  const ids = ['default'];
  for (const noun of ['users', 'projects', 'roles']) {
    const answer = await app.inject({ url: `/identity/v3/${noun}`, headers: { 'x-auth-token': token } });
    const body = answer.json<Record<string, { readonly id: string }[]>>();
    ids.push(...(body[noun] ?? []).map((one) => one.id));
  }
  return ids;
}
