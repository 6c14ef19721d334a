import type { FastifyInstance } from 'fastify';
import { seedFlavors, seedImage, seedNetwork } from '../contract/fixtures.ts';
import { type Region, startRegion } from '../contract/region.ts';
import { IdPool } from './id-pool.ts';

const ADMIN = { project: 'admin', user: 'admin', password: 'admin-password', role: 'admin' } as const;
const MEMBER = { project: 'demo', user: 'demo', password: 'demo-password', role: 'member' } as const;

const THRICE = [1, 2, 3];

export interface FuzzRegion {
  readonly region: Region;
  /** An admin's, a member's, a forged one, and none. */
  readonly tokens: readonly (string | null)[];
  readonly pool: IdPool;
}

/** A region in this process with two accounts, a network, flavors and an image, and a pool of ids that knows them. */
export async function startFuzzRegion(): Promise<FuzzRegion> {
  const region = await startRegion({ accounts: [ADMIN, MEMBER] });
  const admin = await logIn(region.app, ADMIN);
  const member = await logIn(region.app, MEMBER);
  const { directory } = region;
  await seedFlavors(directory);
  await seedImage(directory);
  await seedNetwork(directory, member.projectId);
  await seedNetwork(directory, admin.projectId);
  const pool = new IdPool(await sparedIds(region.app, admin.token));
  for (const path of ['/compute/v2.1/flavors', '/image/v2/images', '/network/v2.0/networks', '/network/v2.0/subnets']) {
    pool.learn((await region.app.inject({ url: path, headers: { 'x-auth-token': admin.token } })).json());
  }
  return { region, tokens: [...THRICE.flatMap(() => [admin.token, member.token]), 'no-token-at-all', null], pool };
}

async function logIn(
  app: FastifyInstance,
  { user, password, project }: { readonly user: string; readonly password: string; readonly project: string },
): Promise<{ readonly token: string; readonly projectId: string }> {
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
