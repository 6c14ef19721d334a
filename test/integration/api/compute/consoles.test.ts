import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { removeExpiredConsoleTokens } from '#platform/directory/stores/console-tokens.ts';
import { insertProject, updateProject } from '#platform/directory/stores/projects.ts';
import { voidTokensInProjects } from '#platform/directory/stores/token-cutoffs.ts';
import { insertUser, updateUser } from '#platform/directory/stores/users.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

describe('consoles', () => {
  const CELL = randomUUID();
  const GUEST = randomUUID();
  let api: ComputeApp;
  let build: InstanceBuild;
  let refusal: VolvoxError | null = null;
  let asked: unknown[] = [];

  beforeAll(async () => {
    const answer = async (name: string, request: unknown) => {
      asked.push([name, request]);
      if (refusal !== null) throw refusal;
      return {};
    };
    const door = {
      getInstance: async () => anInstance({ ...build, lockedBy: 'owner' }),
      findConsole: async (request: { type: string }) => {
        await answer('findConsole', request);
        if (!['vnc', 'serial'].includes(request.type)) throw new VolvoxError('unsupported', 'none');
        return { guestId: GUEST, hostName: 'host-1', epoch: 2 };
      },
      triggerCrashDump: (request: unknown) => answer('triggerCrashDump', request),
      setAdminPassword: (request: unknown) => answer('setAdminPassword', request),
    };
    const cell = { id: CELL, name: 'east', url: '', enabled: true, door };
    api = await createComputeApp({
      cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
    });
    const [createdAt, extra] = ['2026-05-01T12:00:00.000Z', {}];
    await api.deps.directory.transaction(async (tx) => {
      await insertProject(tx, { id: PROJECT, name: 'p', description: '', enabled: true, createdAt, extra, tags: [] });
      const user = { id: 'fake', name: 'fake', description: '', email: null, enabled: true, createdAt, extra };
      await insertUser(tx, { ...user, passwordHash: null, defaultProjectId: null, tokensNotBefore: 0 });
    });
  });
  beforeEach(async () => {
    build = aBuild({ projectId: PROJECT });
    [refusal, asked] = [null, []];
    await beginWithServer(api.deps, build, CELL);
  });
  afterAll(() => api.close());

  const open = (protocol: string, type: string, version = '2.6', who = 'member', id = build.uuid) =>
    api.send(who, `POST /servers/${id}/remote-consoles`, version, { remote_console: { protocol, type } });
  const act = (body: object, version: string | null = null, who = 'member') =>
    api.send(who, `POST /servers/${build.uuid}/action`, version, body);

  it('answers with the URL of a page, or of a WebSocket for a serial console, each with a token of its own', async () => {
    const screen = await open('vnc', 'novnc');
    expect(screen).toMatchObject({ status: 200, body: { remote_console: { protocol: 'vnc', type: 'novnc' } } });
    expect(screen.body.remote_console.url).toMatch(/^http:\/\/volvox\.test\/console\/vnc\?token=[\w-]{43}$/);
    const serial = await open('serial', 'serial');
    expect(serial.body.remote_console.url).toMatch(/^ws:\/\/volvox\.test\/console\/serial\?token=[\w-]{43}$/);
    const again = await open('serial', 'serial');
    expect(again.body.remote_console.url).not.toBe(serial.body.remote_console.url);
  });

  it('has an action for each until 2.5, and the route from 2.6', async () => {
    expect((await open('vnc', 'novnc', '2.5')).status).toBe(404);
    for (const [name, type] of [
      ['os-getVNCConsole', 'novnc'],
      ['os-getSerialConsole', 'serial'],
    ] as const) {
      expect(await act({ [name]: { type } }, '2.5')).toMatchObject({ status: 200, body: { console: { type } } });
      expect((await act({ [name]: { type } }, '2.6')).status).toBe(404);
      expect((await act({ [name]: null }, '2.5')).status).toBe(400);
    }
    for (const [name, type] of [
      ['os-getSPICEConsole', 'spice-html5'],
      ['os-getRDPConsole', 'rdp-html5'],
    ] as const) {
      const answer = await act({ [name]: { type } }, '2.1');
      expect([answer.status, answer.body.badRequest.message]).toEqual([
        400,
        expect.stringContaining(`Unavailable console type ${type}.`),
      ]);
      expect((await act({ [name]: { type } }, '2.6')).status).toBe(404);
    }
  });

  it.each([
    ['spice', 'spice-html5', '2.6', expect.stringContaining('Unavailable console type spice-html5.')],
    ['rdp', 'rdp-html5', '2.6', expect.stringContaining('Unavailable console type rdp-html5.')],
    ['mks', 'webmks', '2.8', expect.stringContaining('Unavailable console type webmks.')],
    ['spice', 'spice-direct', '2.99', expect.stringContaining('Unavailable console type spice-direct.')],
    ['vnc', 'xvpvnc', '2.6', expect.stringContaining('Invalid console type xvpvnc')],
    ['serial', 'novnc', '2.6', expect.stringContaining('Invalid console type novnc')],
  ])('%s with %s at %s is 400: %s', async (protocol, type, version, words) => {
    const answer = await open(protocol, type, version);
    expect([answer.status, answer.body.badRequest.message]).toEqual([400, words]);
  });

  it('knows mks from 2.8 and spice-direct from 2.99 only, and names the member that is wrong', async () => {
    expect((await open('mks', 'webmks', '2.7')).body.badRequest.message).toMatch(/mks/);
    expect((await open('spice', 'spice-direct', '2.98')).body.badRequest.message).toMatch(/spice-direct/);
  });

  it('is for members of the project, and what belongs to others is not there', async () => {
    expect((await open('vnc', 'novnc', '2.6', 'reader')).status).toBe(403);
    expect((await open('vnc', 'novnc', '2.6', 'outsider')).status).toBe(404);
    expect((await open('vnc', 'novnc', '2.6', 'admin')).status).toBe(200);
    expect((await open('vnc', 'novnc', '2.6', 'member', randomUUID())).status).toBe(404);
    refusal = new VolvoxError('conflict', "Cannot 'get_vnc_console' instance x while it is in task_state deleting");
    expect((await open('vnc', 'novnc')).status).toBe(409);
  });

  describe('a token', () => {
    const tokenOf = async () => {
      const { url } = (await open('serial', 'serial')).body.remote_console;
      return new URL(url).searchParams.get('token') ?? '';
    };
    const show = (token: string, version = '2.31', who = 'admin') =>
      api.send(who, `GET /os-console-auth-tokens/${token}`, version);

    it('is shown to admins: where its console is', async () => {
      const token = await tokenOf();
      const console = {
        ...{ instance_uuid: build.uuid, host: 'host-1', port: 0, internal_access_path: `${GUEST}/serial` },
      };
      expect(await show(token)).toMatchObject({ status: 200, body: { console } });
      expect((await show(token, '2.98')).body).toEqual({ console });
      expect((await show(token, '2.99')).body).toEqual({ console: { ...console, tls_port: null } });
      expect((await show(token, '2.30')).status).toBe(401);
      expect((await show(token, '2.31', 'member')).status).toBe(403);
      expect((await show('x'.repeat(43))).status).toBe(404);
      expect((await show('no-token')).status).toBe(404);
    });

    it('is good whoever else asks for one of the same server at the same time', async () => {
      for (let round = 0; round < 5; round++) {
        const tokens = await Promise.all(Array.from({ length: 6 }, tokenOf));
        const shown = await Promise.all(tokens.map((token) => show(token)));
        expect(shown.map(({ status }) => status)).toEqual(tokens.map(() => 200));
      }
    });

    it('is stored as a hash only, and each server has a bounded number', async () => {
      const tokens: string[] = [];
      for (let count = 0; count < 34; count++) tokens.push(await tokenOf());
      const rows = await api.deps.directory.read
        .selectFrom('console_tokens')
        .selectAll()
        .where('instance_uuid', '=', build.uuid)
        .execute();
      expect(rows).toHaveLength(32);
      expect(tokens.some((token) => JSON.stringify(rows).includes(token))).toBe(false);
      expect((await show(tokens[33] ?? '')).status).toBe(200);
    });

    it.each([
      ['its server is deleted', { delete_requested: 1 }],
      ['its server has moved', { epoch: 3 }],
      ['its server is in another cell', { cell_id: randomUUID() }],
    ])('is over when %s', async (_when, change) => {
      const token = await tokenOf();
      expect((await show(token)).status).toBe(200);
      await api.deps.directory.transaction((tx) =>
        tx.updateTable('instance_homes').set(change).where('uuid', '=', build.uuid).execute(),
      );
      expect((await show(token)).status).toBe(404);
    });

    it('is over when its project is disabled, or its user loses a role there or changes the password', async () => {
      const { directory } = api.deps;
      for (const change of [
        (tx: DirectoryTx) => updateProject(tx, PROJECT, { enabled: false }, Date.now()),
        (tx: DirectoryTx) => voidTokensInProjects(tx, [{ userId: 'fake', projectId: PROJECT }], Date.now() + 1),
        (tx: DirectoryTx) => updateUser(tx, 'fake', { tokensNotBefore: Date.now() + 1 }),
      ]) {
        const token = await tokenOf();
        expect((await show(token)).status).toBe(200);
        await directory.transaction(change);
        expect((await show(token)).status).toBe(404);
        await directory.transaction(async (tx) => {
          await updateProject(tx, PROJECT, { enabled: true }, 0);
          await updateUser(tx, 'fake', { tokensNotBefore: 0 });
          await tx.deleteFrom('token_cutoffs').execute();
        });
      }
    });

    it('is over after its time, and is removed', async () => {
      const token = await tokenOf();
      const { directory } = api.deps;
      const later = Date.now() + 600_001;
      await directory.transaction((tx) =>
        tx
          .updateTable('console_tokens')
          .set({ expires_at: Date.now() })
          .where('instance_uuid', '=', build.uuid)
          .execute(),
      );
      expect((await show(token)).status).toBe(404);
      expect(await removeExpiredConsoleTokens(directory, later, 1_000)).toBeGreaterThan(0);
    });
  });

  it('a crash dump is asked of the cell from 2.17 on', async () => {
    expect((await act({ trigger_crash_dump: null }, '2.16')).status).toBe(404);
    expect((await act({ trigger_crash_dump: {} }, '2.17')).status).toBe(400);
    expect((await act({ trigger_crash_dump: null }, '2.17', 'reader')).status).toBe(403);
    expect((await act({ trigger_crash_dump: null }, '2.17')).status).toBe(202);
    expect(asked).toMatchObject([['triggerCrashDump', { uuid: build.uuid, actor: { userId: 'fake' } }]]);
  });

  it('a password goes to the cell; what its guest cannot do is 409 and what its cell cannot do 501', async () => {
    expect((await act({ changePassword: { adminPass: 'foo' } })).status).toBe(202);
    expect(asked).toMatchObject([['setAdminPassword', { uuid: build.uuid, password: 'foo' }]]);
    expect((await act({ changePassword: {} })).status).toBe(400);
    expect((await act({ changePassword: { adminPass: 'foo' } }, null, 'outsider')).status).toBe(404);
    refusal = new VolvoxError('conflict', 'QEMU guest agent is not enabled');
    expect(await act({ changePassword: { adminPass: 'foo' } })).toMatchObject({
      status: 409,
      body: { conflictingRequest: { message: 'QEMU guest agent is not enabled' } },
    });
    refusal = new VolvoxError('unsupported', 'door: version 9 is not spoken here');
    const answer = await act({ changePassword: { adminPass: 'foo' } });
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([
      501,
      expect.stringContaining('Unable to set password on instance'),
    ]);
  });

  it('injectNetworkInfo is accepted from admins and does nothing; resetNetwork is gone', async () => {
    expect((await act({ injectNetworkInfo: null }, null, 'admin')).status).toBe(202);
    expect((await act({ injectNetworkInfo: null })).status).toBe(403);
    expect((await act({ resetNetwork: null }, null, 'admin')).status).toBe(410);
    expect(asked).toEqual([]);
  });
});
