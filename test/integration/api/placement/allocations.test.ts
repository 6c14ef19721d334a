import { beforeEach, expect, test } from 'vitest';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import type { Claim } from '#platform/objects/claim.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';
import { useFrontApp } from '../use-front-app.ts';
import { asking, type ClaimingCell, E1, errorOf, twoCells, useCells, W1, W2 } from './stub-placement.ts';

/** What servers have claimed, over cells whose doors answer from memory, and a real directory. */
const front = useFrontApp();
const ask = (...given: Parameters<ReturnType<typeof asking>>) => asking(front)(...given);
const NOW = Date.parse('2026-05-01T12:00:00Z');
const NOTHING = '11111111-2222-4333-8444-555555555555';

let west: ClaimingCell;
let east: ClaimingCell;
let guests = 0;
beforeEach(() => {
  [west, east] = twoCells();
  useCells(front, [west, east]);
});

const aClaim = (instanceUuid: string, hostId: string, vcpus = 2): Claim => ({
  guestId: `90000000-0000-4000-8000-${String(++guests).padStart(12, '0')}`,
  ...{ hostId, instanceUuid, instanceVersion: 4 },
  resources: { vcpus, ramMb: 512, diskGb: 1 },
});

/** A server with a home. */
async function aServer(projectId: string, userId: string, cellId: string, moving: string | null = null) {
  const build = aBuild({ projectId, userId });
  await front.directory.transaction(async (tx) => {
    await acceptBuilds(tx, [build], NOW);
    const move = { moving_cell_id: moving, moving_epoch: 2, moving_operation_id: NOTHING };
    await setHome(tx, build.uuid, { state: 'placed', cell_id: cellId, ...(moving === null ? {} : move) }, NOW);
  });
  return build.uuid;
}
const AMOUNTS = { VCPU: 2, MEMORY_MB: 512, DISK_GB: 1 };

test('of a server, at each microversion that changed their form', async () => {
  const uuid = await aServer('p-1', 'u-1', 'west');
  west.claims = [aClaim(uuid, W1)];
  const allocations = { [W1]: { generation: 7, resources: AMOUNTS } };
  const at = async (version: string) => (await ask(`GET /placement/allocations/${uuid}`, version)).body;
  expect(await at('1.0')).toEqual({ allocations });
  expect(await at('1.12')).toEqual({ allocations, project_id: 'p-1', user_id: 'u-1' });
  const owner = { project_id: 'p-1', user_id: 'u-1', consumer_generation: 4 };
  expect(await at('1.28')).toEqual({ allocations, ...owner });
  expect(await at('1.38')).toEqual({ allocations, ...owner, consumer_type: 'INSTANCE' });
});

test('of a server that moves: on both hosts, also of two cells; two guests of a host are one sum', async () => {
  const resized = await aServer('p-2', 'u-1', 'west');
  const moving = await aServer('p-2', 'u-1', 'west', 'east');
  west.claims = [aClaim(resized, W1, 1), aClaim(resized, W1, 2), aClaim(resized, W2, 2), aClaim(moving, W1)];
  east.claims = [aClaim(moving, E1)];
  const of = async (uuid: string) => (await ask(`GET /placement/allocations/${uuid}`)).body.allocations;
  expect(await of(resized)).toEqual({
    [W1]: { generation: 7, resources: { VCPU: 3, MEMORY_MB: 1_024, DISK_GB: 2 } },
    [W2]: { generation: 3, resources: AMOUNTS },
  });
  expect(Object.keys(await of(moving))).toEqual([W1, E1]);
});

test('of what claims nothing there are none', async () => {
  const idle = await aServer('p-3', 'u-1', 'west');
  for (const consumer of [idle, NOTHING, 'no-uuid']) {
    const { status, body } = await ask(`GET /placement/allocations/${consumer}`);
    expect([status, body]).toEqual([200, { allocations: {} }]);
  }
});

test('what another cell says of a server counts for nothing', async () => {
  const uuid = await aServer('p-4', 'u-1', 'west');
  west.claims = [aClaim(uuid, W1)];
  east.claims = [aClaim(uuid, E1)];
  expect(Object.keys((await ask(`GET /placement/allocations/${uuid}`)).body.allocations)).toEqual([W1]);
  expect((await ask('GET /placement/usages?project_id=p-4', '1.9')).body.usages).toEqual(AMOUNTS);
});

test('of a provider, by consumer', async () => {
  const [one, two] = [await aServer('p-5', 'u-1', 'west'), await aServer('p-5', 'u-2', 'west')];
  west.claims = [aClaim(one, W1), aClaim(two, W1), aClaim(two, W2)];
  const at = async (version: string) =>
    (await ask(`GET /placement/resource_providers/${W1}/allocations`, version)).body;
  expect(await at('1.0')).toEqual({
    resource_provider_generation: 7,
    allocations: { [one]: { resources: AMOUNTS }, [two]: { resources: AMOUNTS } },
  });
  expect((await at('1.28')).allocations[one]).toEqual({ resources: AMOUNTS, consumer_generation: 4 });
});

test('more claims than a page has', async () => {
  const servers = await Promise.all(Array.from({ length: 3 }, () => aServer('p-6', 'u-1', 'west')));
  west.claims = Array.from({ length: 2_500 }, (_, at) => aClaim(servers[at % 3] ?? '', W1, 1));
  const usages = (await ask('GET /placement/usages?project_id=p-6')).body.usages;
  expect(usages).toEqual({
    INSTANCE: { consumer_count: 3, VCPU: 2_500, MEMORY_MB: 2_500 * 512, DISK_GB: 2_500 },
  });
});

test('usages of a project, of a user in it, and by type', async () => {
  const [one, two] = [await aServer('p-7', 'u-1', 'west'), await aServer('p-7', 'u-2', 'east')];
  await aServer('p-7', 'u-2', 'east');
  west.claims = [aClaim(one, W1)];
  east.claims = [aClaim(two, E1)];
  const usages = async (query: string, version = '1.39') =>
    (await ask(`GET /placement/usages?${query}`, version)).body.usages;
  const both = { VCPU: 4, MEMORY_MB: 1_024, DISK_GB: 2 };
  expect(await usages('project_id=p-7', '1.9')).toEqual(both);
  expect(await usages('project_id=p-7&user_id=u-2', '1.9')).toEqual(AMOUNTS);
  expect(await usages('project_id=p-7')).toEqual({ INSTANCE: { consumer_count: 2, ...both } });
  expect(await usages('project_id=p-7&consumer_type=all')).toEqual({ all: { consumer_count: 2, ...both } });
  expect(await usages('project_id=p-7&consumer_type=INSTANCE')).toEqual({ INSTANCE: { consumer_count: 2, ...both } });
  expect(await usages('project_id=p-7&consumer_type=unknown')).toEqual({});
  expect(await usages('project_id=p-7&consumer_type=MIGRATION')).toEqual({});
  expect(await usages('project_id=nobody', '1.9')).toEqual({});
  const wrong = ['', 'user_id=u-1', 'project_id=', 'project_id=p-7&consumer_type=pony', 'project_id=p-7&x=1'];
  for (const query of wrong)
    expect([query, (await ask(`GET /placement/usages?${query}`)).status]).toEqual([query, 400]);
  expect((await ask('GET /placement/usages?project_id=p-7&consumer_type=all', '1.37')).status).toBe(400);
});

test('a member sees the usages of its own project alone', async () => {
  const { body } = await front.send('GET /identity/v3/auth/projects', { token: front.demo });
  const own = body.projects[0].id;
  const as = (project: string) => ask(`GET /placement/usages?project_id=${project}`, '1.39', undefined, front.demo);
  expect((await as(own)).body).toEqual({ usages: {} });
  expect((await as('p-7')).status).toBe(403);
});

test('a sum that lacks a cell is 503, with its name', async () => {
  const [near, far] = [await aServer('p-8', 'u-1', 'west'), await aServer('p-9', 'u-1', 'east')];
  west.claims = [aClaim(near, W1)];
  east.silent = true;
  const missing = await ask('GET /placement/usages?project_id=p-9');
  expect([missing.status, errorOf(missing).detail]).toMatchObject([503, expect.stringContaining('east')]);
  expect((await ask(`GET /placement/allocations/${far}`)).status).toBe(503);
  expect((await ask(`GET /placement/allocations/${near}`)).status).toBe(200);
  expect((await ask('GET /placement/usages?project_id=p-8')).status).toBe(200);
  expect((await ask(`GET /placement/resource_providers/${E1}/allocations`)).status).toBe(503);
});
