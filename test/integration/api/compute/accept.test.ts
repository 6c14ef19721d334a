import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { projectUsages, setProjectLimits } from '#platform/directory/stores/quotas.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { systemClock } from '#platform/time/clock.ts';
import { type AcceptRequest, createAccept } from '../../../../api/compute/servers/create/accept.ts';
import { aBuild } from '../../../support/a-build.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';

const db = useTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);

function aRequest(projectId: string, name: string, servers = 1): AcceptRequest {
  const {
    uuid: _uuid,
    name: _name,
    hostname: _host,
    ports: _ports,
    securityGroups: _groups,
    ...template
  } = aBuild({ projectId });
  const uuids = Array.from({ length: servers }, () => randomUUID());
  return {
    template,
    name,
    hostname: undefined,
    entries: [],
    securityGroupNames: [],
    uuids,
    minCount: servers,
    alone: false,
  };
}

it('requests of one moment share a transaction and keep their own names and servers', async () => {
  const accept = createAccept(db.database, systemClock);
  const projectId = randomUUID();
  const requests = Array.from({ length: 8 }, (_, n) => aRequest(projectId, `s${n}`, n === 3 ? 2 : 1));
  const accepted = await Promise.all(requests.map(accept));
  for (const [n, { builds, operations }] of accepted.entries()) {
    expect(builds.map(({ uuid }) => uuid)).toEqual(requests[n]?.uuids);
    expect(builds.map(({ name }) => name)).toEqual(n === 3 ? ['s3-1', 's3-2'] : [`s${n}`]);
    const subjects = await db.database.read
      .selectFrom('operations')
      .select('subject')
      .where('id', 'in', [...operations])
      .execute();
    expect(subjects.map(({ subject }) => subject).sort()).toEqual([...(requests[n]?.uuids ?? [])].sort());
  }
  expect((await projectUsages(db.database.read, projectId)).instances).toBe(9);
});

it('a project that asks for more than its quota gets exactly its quota, and the rest is refused by name', async () => {
  const accept = createAccept(db.database, systemClock);
  const projectId = randomUUID();
  await db.database.transaction((tx) => setProjectLimits(tx, projectId, { instances: 5 }));
  const requests = Array.from({ length: 12 }, (_, n) => aRequest(projectId, `s${n}`));
  const settled = await Promise.allSettled(requests.map(accept));
  const refused = settled.filter((one) => one.status === 'rejected');
  expect(refused).toHaveLength(7);
  for (const { reason } of refused) expect(reason).toMatchObject({ kind: 'quota-exceeded' });
  expect((await projectUsages(db.database.read, projectId)).instances).toBe(5);
  const homes = await Promise.all(
    requests.flatMap(({ uuids }) => uuids.map((uuid) => getHome(db.database.read, uuid))),
  );
  expect(homes.filter((home) => home !== null)).toHaveLength(5);
});
