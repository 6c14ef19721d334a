import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

let api: ComputeApp;
beforeAll(async () => {
  api = await createComputeApp();
  for (const [id, name, ram, vcpus, disk] of [
    ['1', 'm1.tiny', 512, 1, 1],
    ['2', 'm1.small', 2048, 1, 20],
    ['3', 'm1.medium', 4096, 2, 40],
  ]) {
    expect((await api.send('admin', 'POST /flavors', '2.1', { flavor: { id, name, ram, vcpus, disk } })).status).toBe(
      200,
    );
  }
});
afterAll(() => api.close());

const a = (name: string, rest: object = {}) => ({ flavor: { name, ram: 64, vcpus: 1, disk: 1, ...rest } });

describe('views by microversion', () => {
  const links = [
    { rel: 'self', href: 'http://volvox.test/compute/v2.1/flavors/1' },
    { rel: 'bookmark', href: 'http://volvox.test/compute/flavors/1' },
  ];
  it.each([
    ['2.1', { swap: '', rxtx_factor: 1, 'OS-FLV-DISABLED:disabled': false }],
    ['2.55', { swap: '', rxtx_factor: 1, 'OS-FLV-DISABLED:disabled': false, description: null }],
    ['2.61', { swap: '', rxtx_factor: 1, 'OS-FLV-DISABLED:disabled': false, description: null, extra_specs: {} }],
    ['2.75', { swap: 0, rxtx_factor: 1, 'OS-FLV-DISABLED:disabled': false, description: null, extra_specs: {} }],
    ['2.102', { swap: 0, description: null, extra_specs: {} }],
  ])('shows exactly the fields of %s', async (version, rest) => {
    const { status, body } = await api.send('member', 'GET /flavors/1', version);
    expect(status).toBe(200);
    expect(body).toEqual({
      flavor: {
        id: '1',
        name: 'm1.tiny',
        ram: 512,
        vcpus: 1,
        disk: 1,
        'OS-FLV-EXT-DATA:ephemeral': 0,
        'os-flavor-access:is_public': true,
        links,
        ...rest,
      },
    });
  });
  it('a list has id, name and links, and from 2.55 the description', async () => {
    const old = await api.send('member', 'GET /flavors?limit=1');
    expect(old.body.flavors).toEqual([{ id: '1', name: 'm1.tiny', links }]);
    const now = await api.send('member', 'GET /flavors?limit=1', '2.55');
    expect(now.body.flavors).toEqual([{ id: '1', name: 'm1.tiny', links, description: null }]);
  });
});

describe('lists', () => {
  const ids = async (query: string, who = 'admin', version: string | null = null) => {
    const { body } = await api.send(who, `GET /flavors${query}`, version);
    return body.flavors.map((flavor: { id: string }) => flavor.id);
  };
  it('sorts, filters and pages', async () => {
    expect(await ids('?sort_key=memory_mb&sort_dir=desc')).toEqual(['3', '2', '1']);
    expect(await ids('?minRam=1000&minDisk=21')).toEqual(['3']);
    expect(await ids('?limit=1&marker=1')).toEqual(['2']);
    expect(await ids('?name=small', 'member', '2.102')).toEqual(['2']);
  });
  it('links to the next page only when the page is full', async () => {
    const { body } = await api.send('member', 'GET /flavors?limit=2&minDisk=0');
    expect(body.flavors_links).toEqual([
      { rel: 'next', href: 'http://volvox.test/compute/v2.1/flavors?limit=2&minDisk=0&marker=2' },
    ]);
    expect((await api.send('member', 'GET /flavors?limit=9')).body.flavors_links).toBeUndefined();
  });
  it.each([
    ['?marker=nope', 'marker [nope] not found'],
    ['?minRam=x', 'Invalid minRam filter [x]'],
    ['?is_public=maybe', 'Invalid is_public filter [maybe]'],
    ['?limit=-1', /limit/],
    ['?sort_key=invalid', /sort_key/],
    ['?sort_dir=invalid', /sort_dir/],
  ])('refuses %s', async (query, message) => {
    const { status, body } = await api.send('admin', `GET /flavors${query}`);
    expect([status, body.badRequest.message]).toEqual([
      400,
      expect.stringMatching(message instanceof RegExp ? message : ''),
    ]);
    if (typeof message === 'string') expect(body.badRequest.message).toContain(message);
  });
  it('refuses unknown parameters from 2.75', async () => {
    expect((await api.send('member', 'GET /flavors?foo=1', '2.74')).status).toBe(200);
    expect((await api.send('member', 'GET /flavors?foo=1', '2.75')).status).toBe(400);
  });
});

describe('create, update, delete', () => {
  it('is for admins', async () => {
    const { status, body } = await api.send('member', 'POST /flavors', null, a('x'));
    expect([status, body.forbidden.message]).toEqual([
      403,
      expect.stringContaining("Policy doesn't allow os_compute_api:os-flavor-manage:create to be performed."),
    ]);
  });
  it('refuses what is taken', async () => {
    expect((await api.send('admin', 'POST /flavors', null, a('m1.tiny'))).body).toEqual({
      conflictingRequest: { code: 409, message: 'Flavor with name m1.tiny already exists.' },
    });
    expect((await api.send('admin', 'POST /flavors', null, a('other', { id: 1 }))).body).toEqual({
      conflictingRequest: { code: 409, message: 'Flavor with ID 1 already exists.' },
    });
  });
  it.each([
    ['an unknown key', a('x', { color: 'red' }), "Additional properties are not allowed ('color' was unexpected)"],
    [
      'no memory',
      a('x', { ram: 0 }),
      'Invalid input for field/attribute flavor.ram. Value: 0. 0 is less than the minimum of 1',
    ],
    ['no memory, as text', a('x', { ram: '0' }), 'Value: 0. 0 is less than the minimum of 1'],
    ['an empty name', a(''), "Invalid input for field/attribute flavor.name. Value: . '' is too short"],
    ['a description before 2.55', a('x', { description: 'd' }), /description/],
    ['no name', { flavor: { ram: 1, vcpus: 1, disk: 1 } }, "'name' is a required property"],
  ])('refuses %s', async (_what, body, message) => {
    const reply = await api.send('admin', 'POST /flavors', '2.54', body);
    expect(reply.status).toBe(400);
    if (typeof message === 'string') expect(reply.body.badRequest.message).toContain(message);
    else expect(reply.body.badRequest.message).toMatch(message);
  });
  it('describes from 2.55, and deletes', async () => {
    await api.send('admin', 'POST /flavors', '2.55', a('gone', { id: 'gone', description: 'one' }));
    expect((await api.send('admin', 'PUT /flavors/gone', '2.54', { flavor: { description: 'two' } })).status).toBe(404);
    const { status, body } = await api.send('admin', 'PUT /flavors/gone', '2.55', { flavor: { description: 'two' } });
    expect([status, body.flavor.description]).toEqual([200, 'two']);
    expect((await api.send('admin', 'DELETE /flavors/gone')).status).toBe(202);
    expect((await api.send('admin', 'DELETE /flavors/gone')).body).toEqual({
      itemNotFound: { code: 404, message: 'Flavor gone could not be found.' },
    });
  });
  it('has no rxtx_factor from 2.102', async () => {
    expect((await api.send('admin', 'POST /flavors', '2.102', a('x', { rxtx_factor: 2 }))).status).toBe(400);
  });
});

describe('access', () => {
  it('opens a private flavor to one project', async () => {
    await api.send('admin', 'POST /flavors', null, a('private', { id: 'p', 'os-flavor-access:is_public': false }));
    expect((await api.send('member', 'GET /flavors/p')).status).toBe(404);
    const added = await api.send('admin', 'POST /flavors/p/action', null, { addTenantAccess: { tenant: PROJECT } });
    expect(added).toMatchObject({ status: 200, body: { flavor_access: [{ flavor_id: 'p', tenant_id: PROJECT }] } });
    expect(
      (await api.send('admin', 'POST /flavors/p/action', null, { addTenantAccess: { tenant: PROJECT } })).status,
    ).toBe(409);
    expect((await api.send('member', 'GET /flavors/p')).status).toBe(200);
    expect((await api.send('outsider', 'GET /flavors/p')).status).toBe(404);
    const listed = await api.send('member', 'GET /flavors');
    expect(listed.body.flavors.map((f: { id: string }) => f.id)).toContain('p');
    const removed = await api.send('admin', 'POST /flavors/p/action', null, {
      removeTenantAccess: { tenant: PROJECT },
    });
    expect(removed).toMatchObject({ status: 200, body: { flavor_access: [] } });
  });
  it('of a public flavor is 409 from 2.7, and its list 404', async () => {
    const body = { addTenantAccess: { tenant: PROJECT } };
    expect((await api.send('admin', 'POST /flavors/1/action', '2.7', body)).status).toBe(409);
    expect((await api.send('admin', 'GET /flavors/1/os-flavor-access')).status).toBe(404);
  });
});

describe('extra specs', () => {
  it('are set, shown, changed and removed one by one', async () => {
    const all = { extra_specs: { key1: 'value1', key2: 'value2' } };
    expect((await api.send('admin', 'POST /flavors/2/os-extra_specs', null, all)).body).toEqual(all);
    expect((await api.send('member', 'GET /flavors/2/os-extra_specs')).body).toEqual(all);
    expect((await api.send('admin', 'PUT /flavors/2/os-extra_specs/key1', null, { key1: 'new' })).body).toEqual({
      key1: 'new',
    });
    expect((await api.send('member', 'GET /flavors/2/os-extra_specs/key1')).body).toEqual({ key1: 'new' });
    expect((await api.send('admin', 'DELETE /flavors/2/os-extra_specs/key1')).status).toBe(200);
    const { status, body } = await api.send('member', 'GET /flavors/2/os-extra_specs/key1');
    expect([status, body.itemNotFound.message]).toEqual([404, 'Flavor 2 has no extra specs with key key1.']);
    expect((await api.send('admin', 'PUT /flavors/2/os-extra_specs/key1', null, { key2: 'x' })).status).toBe(400);
    for (const method of ['GET', 'DELETE']) {
      expect((await api.send('admin', `${method} /flavors/2/os-extra_specs/constructor`)).status).toBe(404);
    }
    expect((await api.send('admin', 'PUT /flavors/2/os-extra_specs/constructor', null, { key2: 'x' })).status).toBe(
      400,
    );
  });
  it.each([
    ['hw:cpu_policy', 'sometimes', "Validation failed; 'sometimes' is not one of: dedicated, shared, mixed."],
    ['hw:cpu_threads', 'two', "Validation failed; 'two' is not a valid integer value."],
    ['hw:colour', 'red', "Validation failed; extra spec 'hw:colour' does not appear to be a valid extra spec."],
  ])('checks %s=%s from 2.86', async (key, value, message) => {
    const body = { extra_specs: { [key]: value } };
    expect((await api.send('admin', 'POST /flavors/3/os-extra_specs', '2.85', body)).status).toBe(200);
    const refused = await api.send('admin', 'POST /flavors/3/os-extra_specs', '2.86', body);
    expect([refused.status, refused.body.badRequest.message]).toEqual([400, message]);
  });
});
