import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChangingRegion } from './changing-region.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

/** Lists of servers while servers are created, deleted, restored and moved: between any two reads anything may happen. */
const LISTS = [
  { query: '', who: 'member' },
  { query: 'sort_key=created_at&sort_dir=asc', who: 'member' },
  { query: 'all_tenants=1', who: 'admin' },
  { query: 'all_tenants=1&sort_key=created_at&sort_key=uuid&sort_dir=asc&sort_dir=asc', who: 'admin' },
  { query: 'user_id=fake', who: 'member' },
  // Decided by the cells.
  { query: 'sort_key=display_name&sort_dir=asc', who: 'member' },
  { query: 'sort_key=display_name&all_tenants=1', who: 'admin' },
] as const;

let region: ChangingRegion;
let api: ComputeApp;
beforeAll(async () => {
  region = new ChangingRegion(['one', 'two', 'three']);
  api = await createComputeApp(region.deps);
  region.directory = api.deps.directory;
});
afterAll(() => api?.close());

async function walk(query: string, who: string, limit: number): Promise<readonly string[]> {
  const seen: string[] = [];
  let next: string | undefined = `/servers?limit=${limit}&${query}`;
  while (next !== undefined) {
    const { status, body } = await region.duringList(() => api.send(who, `GET ${next}`, '2.96'));
    // The marker may be deleted while a page follows: clients start from the first page.
    if (status === 400) return walk(query, who, limit);
    expect(status, JSON.stringify(body)).toBe(200);
    for (const { id } of body.servers) seen.push(id);
    const href: string | undefined = body.servers_links?.[0].href;
    next = href?.slice(href.indexOf('/compute'));
  }
  return seen;
}

it('a walk over the pages shows every server once that is there all the time, in order, and none that is not there', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...LISTS),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async (seed, { query, who }, limit, fall) => {
        const isByName = query.includes('display_name');
        // Where cells decide, one that comes and goes within one list may leave out a server that moves.
        const mayFall = fall && !isByName;
        await region.begin(seed, { mayFall });
        const { result: seen, ...facts } = await region.observed(() => walk(query, who, limit));
        const told = `seed ${seed}, ${who} ${query}, ${limit} a page, cells may fall: ${mayFall}`;
        const concerns = ({ projectId }: { projectId: string }) => who === 'admin' || projectId === PROJECT;
        const missing = facts.thereAllTheTime.filter((one) => concerns(one) && !seen.includes(one.uuid));
        expect(missing, `${told}: none is missing`).toEqual([]);
        const known = new Map(facts.thereAtSomeTime.filter(concerns).map((one) => [one.uuid, one]));
        expect(
          seen.filter((uuid) => !known.has(uuid)),
          `${told}: none that is not there`,
        ).toEqual([]);
        const positions = seen.map((uuid) => {
          const server = known.get(uuid);
          return `${isByName ? `${server?.name} ` : ''}${server?.createdAt} ${uuid}`;
        });
        const sorted = [...new Set(positions)].sort();
        expect(positions, `${told}: in order, none twice`).toEqual(
          query.includes('sort_dir=asc') ? sorted : sorted.reverse(),
        );
      },
    ),
    { numRuns: 150 },
  );
}, 120_000);

it('refuses a marker that is nobody, or of another project', async () => {
  await region.begin(1, { mayFall: false });
  expect((await api.send('member', `GET /servers?marker=${randomUUID()}`, '2.96')).status).toBe(400);
  const foreign = region.servers.find(({ projectId, isInDirectory }) => projectId !== PROJECT && isInDirectory);
  expect((await api.send('member', `GET /servers?marker=${foreign?.uuid}`, '2.96')).status).toBe(400);
});
