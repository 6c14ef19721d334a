import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFindingStore } from '#platform/audit/finding-store.ts';
import { Secret } from '#platform/config/secret.ts';
import type { Finding, QuarantinedInstance } from '#platform/contracts/door-moves.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { noteAuditRound } from '#platform/directory/stores/audit-rounds.ts';
import { addCell } from '#platform/directory/stores/cells.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { CELL_AUDIT_KINDS, DIRECTORY_AUDIT_KINDS } from '#platform/objects/audit-kinds.ts';
import { systemClock } from '#platform/time/clock.ts';
import { serveApis } from '../../../../api/apis.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { NOBODY } from '../../../../api/identity/caller.ts';
import { defaultBudgets } from '../../../support/default-budgets.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { aDoor, type TestDoor } from './a-door.ts';

const UUID = randomUUID();
const quarantined: QuarantinedInstance = {
  ...{ uuid: UUID, epoch: 3, name: 'web', projectId: 'p', hostName: 'host-1', reason: 'Its home is elsewhere.' },
  at: '2026-05-01T12:00:00.000Z',
};
const inCell: Finding = {
  ...{ kind: 'guest-unknown', subject: UUID, message: 'a guest nobody knows', advice: 'look' },
  since: '2026-05-01T12:00:00.000Z',
};

describe('what operators are shown', () => {
  let db: TestDatabase<DirectoryTables>;
  let cells: CellDoors;
  let app: FastifyInstance;
  let well: TestDoor;
  let dies: TestDoor;
  const state = { found: [] as Finding[], forgotten: [] as unknown[], fails: false };

  beforeAll(async () => {
    db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS);
    const seal = createDoorKeySeal(new Secret('a signing key of some length, for tests'));
    well = await aDoor('well', {
      listFindings: async () => {
        if (state.fails) throw new Error('a fault of ours');
        return { findings: state.found };
      },
      listQuarantined: async () => ({ instances: [quarantined] }),
      removeQuarantined: async (request) => {
        if (request.epoch !== quarantined.epoch) throw new VolvoxError('not-found', 'the server is not quarantined');
        state.forgotten.push(request);
        return {};
      },
    });
    const old = async (): Promise<never> => {
      throw new VolvoxError('unsupported', 'This release does not offer it.');
    };
    dies = await aDoor('old', { listFindings: old, listQuarantined: old });
    for (const [name, { cellId: id, url, key }] of Object.entries({ well, old: dies })) {
      await db.database.transaction((tx) => addCell(tx, seal, { id, name, url, key }, Date.now()));
    }
    cells = new CellDoors({ directory: db.database, seal, log: silentLogger, refreshEveryMs: 3_600_000 });
    await cells.start();
    const tokens = {
      verify: (token: string) => ({ ...NOBODY, userId: token, projectId: 'p', isAdmin: token === 'admin' }),
    };
    app = Fastify() as unknown as FastifyInstance;
    app.decorateRequest('context');
    const config = { publicUrl: 'http://api.test', checkResponses: true };
    const deps = {
      directory: db.database,
      cells,
      clock: systemClock,
      tokens,
      config,
      ...defaultBudgets(db.database, systemClock),
    };
    serveApis(app, deps as unknown as ApiDeps, ['federation']);
    await app.ready();
  });
  afterAll(async () => {
    await app.close();
    await cells.stop();
    await well.stop();
    await dies.stop();
    await db.drop();
  });

  const ask = async (method: 'GET' | 'DELETE', path: string, token = 'admin') => {
    const answer = await app.inject({ method, url: `/federation/v1${path}`, headers: { 'x-auth-token': token } });
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  };
  const found = async () => (await ask('GET', '/findings')).body;
  const kinds = async () =>
    (await found()).findings.map(({ kind, cell }: { kind: string; cell: string }) => [kind, cell]);

  it('is for admins', async () => {
    expect((await ask('GET', '/findings', 'member')).status).toBe(403);
    expect((await ask('GET', '/aside', 'member')).status).toBe(403);
    expect((await ask('DELETE', `/aside/well/${UUID}/3`, 'member')).status).toBe(403);
  });

  it('is what all tiers found, also that nobody looks, and of which cells nothing is known', async () => {
    expect(await kinds()).toEqual([
      ['cell-without-auditors', 'old'],
      ['audit-stale', 'global'],
    ]);
    await noteAuditRound(db.database, Date.now());
    expect(await kinds()).toEqual([['cell-without-auditors', 'old']]);
    const ours = { kind: 'home-lost' as const, subject: UUID, message: 'lost', advice: 'look', since: 1_000 };
    await createFindingStore(db.database).store([ours]);
    state.found = [inCell];
    expect(await found()).toMatchObject({
      findings: [
        { kind: 'home-lost', cell: 'global', since: '1970-01-01T00:00:01.000Z' },
        { ...inCell, cell: 'well' },
        { kind: 'cell-without-auditors', cell: 'old' },
      ],
      checks: DIRECTORY_AUDIT_KINDS.length + CELL_AUDIT_KINDS.length,
      cells: 1,
      silentCells: [],
    });
  });

  it('lists quarantined servers, and removes one from its cell', async () => {
    expect((await ask('GET', '/aside')).body).toEqual({
      instances: [{ ...quarantined, cell: 'well' }],
      silentCells: [],
    });
    expect((await ask('DELETE', `/aside/nowhere/${UUID}/3`)).status).toBe(404);
    expect((await ask('DELETE', `/aside/well/${UUID}/4`)).status).toBe(404);
    expect((await ask('DELETE', `/aside/well/${UUID}/3`)).status).toBe(204);
    expect(state.forgotten).toEqual([{ uuid: UUID, epoch: 3 }]);
  });

  it('is not kept back by a cell that cannot say', async () => {
    state.fails = true;
    expect((await found()).findings).toContainEqual(expect.objectContaining({ kind: 'cell-silent', cell: 'well' }));
    state.fails = false;
  });

  it('names a cell that is silent', async () => {
    await dies.stop();
    const answer = await found();
    expect(answer.silentCells).toEqual(['old']);
    expect(answer.findings).toContainEqual(expect.objectContaining({ kind: 'cell-silent', cell: 'old' }));
    expect((await ask('GET', '/aside')).body.silentCells).toEqual(['old']);
  });
});
