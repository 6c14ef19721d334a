import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

/** Address scopes, and the subnet pools in them. */
const front = useFrontApp();
const send = (path: string, body?: object, token = front.demo) => {
  const [method, last] = path.split(' ');
  return front.send(`${method} /network/v2.0/${last}`, { token, ...(body === undefined ? {} : { body }) });
};
const typeOf = ({ status, body }: { status: number; body: { NeutronError?: { type: string } } }) => [
  status,
  body.NeutronError?.type,
];
const make = async (given: object = {}, token = front.demo) =>
  (await send('POST address-scopes', { address_scope: { name: 's', ip_version: 4, ...given } }, token)).body
    .address_scope;
const makePool = (given: object, token = front.demo) =>
  send('POST subnetpools', { subnetpool: { name: 'p', ...given } }, token);

test('a scope: made, shown, listed, changed, deleted', async () => {
  const made = await make({ name: 'a' });
  expect(made).toEqual({
    ...{ id: made.id, name: 'a', project_id: made.project_id, tenant_id: made.project_id },
    ...{ ip_version: 4, shared: false },
  });
  const path = `address-scopes/${made.id}`;
  const renamed = await send(`PUT ${path}`, { address_scope: { name: 'b' } });
  expect(renamed.body.address_scope).toEqual({ ...made, name: 'b' });
  expect((await send(`GET ${path}`)).body).toEqual(renamed.body);
  expect((await send('GET address-scopes?name=b&ip_version=4&fields=id')).body.address_scopes).toEqual([
    { id: made.id },
  ]);
  const stale = await front.send(`DELETE /network/v2.0/${path}`, {
    ...{ token: front.demo, headers: { 'if-match': 'revision_number=7' } },
  });
  expect(typeOf(stale)).toEqual([412, 'RevisionNumberConstraintFailed']);
  expect((await send(`DELETE ${path}`)).status).toBe(204);
  expect(typeOf(await send(`GET ${path}`))).toEqual([404, 'AddressScopeNotFound']);
});

test('pools of a scope have its version and no range twice; networks show the scope of their subnets', async () => {
  const { id: address_scope_id } = await make();
  const pool = (await makePool({ prefixes: ['10.50.0.0/16'], address_scope_id })).body.subnetpool;
  expect(pool).toMatchObject({ address_scope_id });
  expect((await send(`GET subnetpools?address_scope_id=${address_scope_id}&fields=id`)).body.subnetpools).toEqual([
    { id: pool.id },
  ]);
  const overlapping = await makePool({ prefixes: ['10.50.7.0/24'], address_scope_id });
  expect(typeOf(overlapping)).toEqual([409, 'AddressScopePrefixConflict']);
  const six = await makePool({ prefixes: ['fd00:50::/48'], address_scope_id });
  expect(typeOf(six)).toEqual([400, 'IllegalSubnetPoolIpVersionForAddressScope']);
  expect(six.body.NeutronError.message).toMatch(/address_scope_id.*Expected: 6/);
  const missing = await makePool({ prefixes: ['10.51.0.0/16'], address_scope_id: randomUUID() });
  expect(typeOf(missing)).toEqual([404, 'AddressScopeNotFound']);

  const other = (await makePool({ prefixes: ['10.52.0.0/16'] })).body.subnetpool.id;
  const grown = { subnetpool: { prefixes: ['10.52.0.0/16', '10.50.9.0/24'], address_scope_id } };
  expect(typeOf(await send(`PUT subnetpools/${other}`, grown))).toEqual([409, 'AddressScopePrefixConflict']);
  const joined = await send(`PUT subnetpools/${other}`, { subnetpool: { address_scope_id } });
  expect(joined.body.subnetpool).toMatchObject({ address_scope_id, revision_number: 1 });

  const network = (await send('POST networks', { network: { name: 'n' } })).body.network.id;
  const scopesOf = async () => {
    const { ipv4_address_scope: four, ipv6_address_scope: six } = (await send(`GET networks/${network}`)).body.network;
    return [four, six];
  };
  expect(await scopesOf()).toEqual([null, null]);
  await send('POST subnets', { subnet: { network_id: network, ip_version: 4, subnetpool_id: pool.id, prefixlen: 24 } });
  expect(await scopesOf()).toEqual([address_scope_id, null]);

  expect(typeOf(await send(`DELETE address-scopes/${address_scope_id}`))).toEqual([409, 'AddressScopeInUse']);
  await send(`PUT subnetpools/${pool.id}`, { subnetpool: { address_scope_id: null } });
  await send(`PUT subnetpools/${other}`, { subnetpool: { address_scope_id: null } });
  expect(await scopesOf()).toEqual([null, null]);
  expect((await send(`DELETE address-scopes/${address_scope_id}`)).status).toBe(204);
});

test('another project learns of a scope when it is shared with it; only an admin shares with every one', async () => {
  const { id, project_id } = await make();
  const path = `address-scopes/${id}`;
  expect((await send(`GET ${path}`, undefined, front.outsider)).status).toBe(404);
  expect((await send(`DELETE ${path}`, undefined, front.outsider)).status).toBe(404);
  const given = { prefixes: ['10.60.0.0/16'], address_scope_id: id };
  expect((await makePool(given, front.outsider)).status).toBe(404);
  expect((await send(`PUT ${path}`, { address_scope: { shared: true } })).status).toBe(403);
  expect((await send('POST address-scopes', { address_scope: { ip_version: 4, shared: true } })).status).toBe(403);

  expect((await send(`PUT ${path}`, { address_scope: { shared: true } }, front.admin)).status).toBe(200);
  const pool = (await makePool(given, front.outsider)).body.subnetpool;
  expect(pool).toMatchObject({ address_scope_id: id });
  expect((await send(`PUT ${path}`, { address_scope: { name: 'x' } }, front.outsider)).status).toBe(403);
  const unshared = { address_scope: { shared: false } };
  expect(typeOf(await send(`PUT ${path}`, unshared, front.admin))).toEqual([409, 'RbacPolicyInUse']);

  const rbac_policy = {
    ...{ object_type: 'address_scope', object_id: id, action: 'access_as_shared', target_tenant: pool.project_id },
  };
  const policy = (await send('POST rbac-policies', { rbac_policy })).body.rbac_policy;
  expect(policy).toMatchObject({ project_id });
  expect((await send(`PUT ${path}`, unshared, front.admin)).body.address_scope).toMatchObject({ shared: false });
  expect((await send(`GET ${path}`, undefined, front.outsider)).body.address_scope).toMatchObject({ shared: true });
  expect(typeOf(await send(`DELETE rbac-policies/${policy.id}`))).toEqual([409, 'RbacPolicyInUse']);
  await send(`DELETE subnetpools/${pool.id}`, undefined, front.outsider);
  expect((await send(`DELETE rbac-policies/${policy.id}`)).status).toBe(204);
  expect((await send(`GET ${path}`, undefined, front.outsider)).status).toBe(404);
});

test('what is refused; several are made all or none; quotas', async () => {
  for (const given of [{}, { ip_version: 5 }, { ip_version: 4, colour: 'red' }, { ip_version: 4, name: 7 }]) {
    expect((await send('POST address-scopes', { address_scope: given })).status).toBe(400);
  }
  expect((await send('GET address-scopes?colour=red')).status).toBe(400);
  const { id, project_id } = await make({ name: 'kept' });
  expect((await send(`PUT address-scopes/${id}`, { address_scope: { ip_version: 6 } })).status).toBe(400);
  const count = async () => (await send('GET address-scopes')).body.address_scopes.length;
  const before = await count();
  await send(`PUT quotas/${project_id}`, { quota: { address_scope: before + 1 } }, front.admin);
  const two = [{ ip_version: 4 }, { ip_version: 6 }];
  expect(typeOf(await send('POST address-scopes', { address_scopes: two }))).toEqual([409, 'OverQuota']);
  expect(await count()).toBe(before);
  await send(`DELETE quotas/${project_id}`, undefined, front.admin);
  expect((await send('POST address-scopes', { address_scopes: two })).body.address_scopes).toHaveLength(2);
  expect(await count()).toBe(before + 2);
});
