import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFlavor } from '#platform/directory/stores/flavors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { createCaches } from '../../../../api/caches.ts';
import type { ApiDeps } from '../../../../api/deps.ts';
import { aBuild } from '../../../support/a-build.ts';
import { anInstance } from '../../../unit/api/compute/servers/an-instance.ts';
import { beginWithServer } from './begin-with-server.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

interface Acted {
  readonly operationId: string;
  readonly kind: string;
  readonly params: unknown;
}

describe('the actions of a server', () => {
  const CELL = randomUUID();
  const SMALL = aBuild().flavor;
  const LARGE = { ...SMALL, id: 'large', name: 'large', vcpus: 8 };
  const HOST = randomUUID();
  const caches = createCaches();
  let api: ComputeApp;
  let server: Instance;
  let acted: Acted[] = [];
  let refused: string | null = null;
  /** What happens elsewhere just after the cell has told of the server. */
  let meanwhile: () => void = () => undefined;

  beforeAll(async () => {
    const door = {
      getInstance: async () => {
        queueMicrotask(meanwhile);
        return server;
      },
      act: async (request: Acted) => {
        acted.push(request);
        if (request.kind === refused) throw new VolvoxError('unsupported', 'not yet');
        return { operationId: request.operationId };
      },
    };
    const cell = { id: CELL, name: 'east', url: '', enabled: true, door };
    const scheduler = { schedule: async () => ({ decisions: [{ candidates: [{ hostId: HOST }] }] }) };
    api = await createComputeApp({
      caches,
      cells: { all: () => [cell], find: () => cell, of: () => cell } as unknown as ApiDeps['cells'],
      scheduler: scheduler as unknown as ApiDeps['scheduler'],
    });
    await api.deps.directory.transaction((tx) => createFlavor(tx, LARGE, new Date().toISOString()));
  });
  beforeEach(async () => {
    const build = aBuild({ projectId: PROJECT });
    server = anInstance({ ...build, launchedAt: '2026-05-01T12:00:00Z' });
    [acted, refused, meanwhile] = [[], null, () => undefined];
    await beginWithServer(api.deps, build, CELL);
  });
  afterAll(() => api.close());

  const send = async (body: object, version: string | null = null, id = server.uuid, who = 'member') =>
    (await api.send(who, `POST /servers/${id}/action`, version, body)).status;

  it('are asked of its cell', async () => {
    expect(await send({ 'os-stop': null })).toBe(202);
    expect(await send({ reboot: { type: 'Hard' } })).toBe(202);
    expect(acted.map(({ kind, params }) => [kind, params])).toEqual([
      ['stop', {}],
      ['reboot', { reboot: 'hard' }],
    ]);
    expect(await send({ 'os-stop': null }, null, server.uuid, 'reader')).toBe(403);
  });

  it('restore and forceDelete of members of its project', async () => {
    expect(await send({ restore: {} })).toBe(202);
    expect(await send({ forceDelete: null })).toBe(202);
    expect(acted.map(({ kind, params }) => [kind, params])).toEqual([
      ['restore', {}],
      ['forceDelete', {}],
    ]);
    for (const body of [{ restore: null }, { forceDelete: null }]) {
      expect(await send(body, null, server.uuid, 'reader')).toBe(403);
      expect(await send(body, null, server.uuid, 'outsider')).toBe(404);
      expect(await send(body, null, randomUUID())).toBe(404);
    }
  });

  it('forceDelete is a delete in a cell of an older release', async () => {
    refused = 'forceDelete';
    expect(await send({ forceDelete: null })).toBe(202);
    expect(acted.map(({ kind }) => kind)).toEqual(['forceDelete', 'delete']);
  });

  it('an unknown one is 400, and 404 where there is no such server', async () => {
    expect(await send({ explode: null })).toBe(400);
    expect(await send({ explode: null }, null, randomUUID())).toBe(404);
    expect(await send({ explode: null }, null, 'no-id')).toBe(404);
    expect(await send({ explode: null }, null, server.uuid, 'outsider')).toBe(404);
  });

  const { ports } = anInstance();
  const [port] = ports;
  const address = port?.fixedIps[0]?.address;
  it.each([
    ['addFloatingIp', { address: '172.24.4.1' }, 404, 'floating IP not found: 172.24.4.1'],
    ['addFloatingIp', { address: '172.24.4.1', fixed_address: address }, 404, 'floating IP not found: 172.24.4.1'],
    [
      'addFloatingIp',
      { address: '172.24.4.1', fixed_address: '10.9.9.9' },
      400,
      "Specified fixed address not assigned to instance: fixed_address '10.9.9.9'",
    ],
    ['removeFloatingIp', { address: '172.24.4.1' }, 404, 'Floating IP not found for address 172.24.4.1.'],
    ['addFixedIp', { networkId: 'other' }, 400, /^Network other is not associated with instance/],
    ['addFixedIp', { networkId: port?.networkId }, 400, /cannot change while a server uses it\.$/],
    ['removeFixedIp', { address: '10.9.9.9' }, 400, /does not have fixed IP '10\.9\.9\.9'\.$/],
    ['removeFixedIp', { address }, 400, /cannot change while a server uses it\.$/],
  ])('%s %j is %i up to 2.43, and 404 from 2.44', async (name, params, status, words) => {
    server = { ...server, ports };
    const path = `POST /servers/${server.uuid}/action`;
    for (const version of ['2.1', '2.43']) {
      const answer = await api.send('member', path, version, { [name]: params });
      expect(answer.status).toBe(status);
      const { message } = answer.body.itemNotFound ?? answer.body.badRequest;
      expect(message).toMatch(words);
    }
    const body = { [name]: params };
    expect(await send(body, '2.44')).toBe(404);
    expect(await send(body, '2.43', randomUUID())).toBe(404);
    expect(await send(body, '2.43', server.uuid, 'outsider')).toBe(404);
    expect(await send(body, '2.43', server.uuid, 'reader')).toBe(403);
    expect((await api.send('member', path, '2.1', { [name]: { none: 1 } })).body.badRequest.message).toMatch(name);
  });

  describe('rescue', () => {
    it('names no image unless it was asked for one, and answers with a password', async () => {
      const path = `POST /servers/${server.uuid}/action`;
      const { status, body } = await api.send('member', path, '2.1', { rescue: null });
      expect({ status, body }).toEqual({
        status: 200,
        body: { adminPass: expect.stringMatching(/^[0-9a-zA-Z]{12}$/) },
      });
      const named = await api.send('member', path, '2.1', { rescue: { adminPass: 'secret' } });
      expect(named.body).toEqual({ adminPass: 'secret' });
      expect(acted.map(({ kind, params }) => [kind, params])).toEqual([
        ['rescue', {}],
        ['rescue', {}],
      ]);
    });
    it('refuses an image that is not there, and the state before it looks at the image', async () => {
      const path = `POST /servers/${server.uuid}/action`;
      const missing = { rescue: { rescue_image_ref: randomUUID() } };
      const answer = await api.send('member', path, '2.1', missing);
      expect([answer.status, answer.body.badRequest?.message]).toEqual([
        400,
        expect.stringContaining('Can not find requested image'),
      ]);
      server = { ...server, vmState: 'paused' };
      const conflict = await api.send('member', path, '2.1', missing);
      expect([conflict.status, conflict.body.conflictingRequest?.message]).toEqual([
        409,
        expect.stringContaining(`Cannot 'rescue' instance ${server.uuid} while it is in vm_state paused`),
      ]);
      expect(await send(missing, '2.1', server.uuid, 'outsider')).toBe(404);
      expect(await send(missing, '2.1', server.uuid, 'reader')).toBe(403);
      expect(await send({ rescue: { rescue_image_ref: 'x' } })).toBe(400);
    });
  });

  describe('rebuild', () => {
    const imageRef = randomUUID();
    it.each([
      ['2.1', { description: 'x' }, 'rebuild.description'],
      ['2.53', { key_name: null }, 'rebuild.key_name'],
      ['2.56', { user_data: null }, 'rebuild.user_data'],
      ['2.57', { personality: [] }, 'rebuild.personality'],
      ['2.62', { trusted_image_certificates: null }, 'rebuild.trusted_image_certificates'],
      ['2.89', { hostname: 'one' }, 'rebuild.hostname'],
      ['2.90', { hostname: 'one.example' }, 'rebuild.hostname'],
      ['2.1', { metadata: { a: 1 } }, 'rebuild.metadata'],
      ['2.1', { imageRef: 'x' }, 'rebuild.imageRef'],
    ])('at %s refuses %j, and names the member', async (version, member, name) => {
      const path = `POST /servers/${server.uuid}/action`;
      const answer = await api.send('member', path, version, { rebuild: { imageRef, ...member } });
      expect(answer.status).toBe(400);
      const [, field = ''] = name.split('.');
      expect(answer.body.badRequest.message).toContain(field);
      expect(acted).toEqual([]);
    });
    it('refuses an image that is not there, and a key pair that its user does not have', async () => {
      const path = `POST /servers/${server.uuid}/action`;
      const missing = await api.send('member', path, '2.1', { rebuild: { imageRef } });
      expect([missing.status, missing.body.badRequest?.message]).toEqual([
        400,
        expect.stringContaining('Can not find requested image'),
      ]);
      server = { ...server, vmState: 'suspended' };
      expect(await send({ rebuild: { imageRef } })).toBe(409);
      expect(await send({ rebuild: { imageRef } }, null, server.uuid, 'outsider')).toBe(404);
    });
  });

  it('a resize hands on the disk config, and none when none was given', async () => {
    expect(await send({ resize: { flavorRef: 'large', 'OS-DCF:diskConfig': 'AUTO' } })).toBe(202);
    expect(await send({ resize: { flavorRef: 'large' } })).toBe(202);
    expect(acted).toMatchObject([
      { kind: 'resize', params: { hostId: HOST, flavor: { id: 'large' }, diskConfig: 'AUTO' } },
      { kind: 'resize', params: { hostId: HOST } },
    ]);
    expect(acted[1]?.params).not.toHaveProperty('diskConfig');
  });

  it('a resize knows the cell of the server it found, whatever others do to the remembered homes', async () => {
    meanwhile = () => caches.homes.delete(server.uuid);
    expect(await send({ resize: { flavorRef: 'large' } })).toBe(202);
    expect(await send({ resize: { flavorRef: 'large' } })).toBe(202);
    expect(acted.map(({ kind }) => kind)).toEqual(['resize', 'resize']);
  });

  it.each(['confirmResize', 'revertResize'])('%s of a reader is refused before anything is written', async (name) => {
    const changes = async () => (await api.deps.directory.read.selectFrom('hold_changes').selectAll().execute()).length;
    const before = await changes();
    expect(await send({ [name]: null }, null, server.uuid, 'reader')).toBe(403);
    expect(await changes()).toBe(before);
  });

  it('an admin writes the state of a server, and its quota is settled afterwards', async () => {
    const reset = (state: string, who: string) => send({ 'os-resetState': { state } }, null, server.uuid, who);
    const reservationChanges = () =>
      api.deps.directory.read.selectFrom('hold_changes').select('under_way_until').execute();
    expect(await reset('error', 'member')).toBe(403);
    expect(await reset('paused', 'admin')).toBe(400);
    expect(await send({ 'os-resetState': { state: 'error' } }, null, randomUUID(), 'admin')).toBe(404);
    expect([acted, await reservationChanges()]).toEqual([[], []]);
    expect(await reset('error', 'admin')).toBe(202);
    expect(acted.map(({ kind, params }) => [kind, params])).toEqual([['resetState', { state: 'error' }]]);
    expect((await reservationChanges()).map((row) => Number(row.under_way_until))).toEqual([0]);
  });
});
