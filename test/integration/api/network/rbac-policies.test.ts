import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { networksForServers } from '#platform/directory/stores/networks.ts';
import { resolveSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import { useFrontApp } from '../use-front-app.ts';

/** What is shared with whom. */
const front = useFrontApp();
const send = (path: string, body?: object, token = front.demo) => {
  const [method, last] = path.split(' ');
  return front.send(`${method} /network/v2.0/${last}`, { token, ...(body === undefined ? {} : { body }) });
};
const typeOf = ({ status, body }: { status: number; body: { NeutronError?: { type: string } } }) => [
  status,
  body.NeutronError?.type,
];
let outsiders: string;
let network: string;
const policyOf = (object_id: string, given: object = {}) => ({
  rbac_policy: {
    ...{ object_type: 'network', object_id, action: 'access_as_shared', target_tenant: outsiders, ...given },
  },
});
const share = async (object_id: string, given: object = {}, token = front.demo) =>
  (await send('POST rbac-policies', policyOf(object_id, given), token)).body.rbac_policy;
const remove = (id: string, token = front.demo) => send(`DELETE rbac-policies/${id}`, undefined, token);
const aNetwork = async (given: object = {}, token = front.demo): Promise<string> =>
  (await send('POST networks', { network: { name: 'n', ...given } }, token)).body.network.id;
const namesNetwork = async (id: string) =>
  (await send('GET networks?fields=id', undefined, front.outsider)).body.networks.some(
    (one: { id: string }) => one.id === id,
  );

beforeAll(async () => {
  const { body } = await send('POST networks', { network: { name: 'theirs' } }, front.outsider);
  outsiders = body.network.project_id;
  network = await aNetwork();
});

test('a network that is shared with a project is seen and used by it, and by no other', async () => {
  const subnet = (await send('POST subnets', { subnet: { network_id: network, ip_version: 4, cidr: '10.9.0.0/24' } }))
    .body.subnet.id;
  expect(await namesNetwork(network)).toBe(false);
  const policy = await share(network);
  expect(policy).toEqual({
    id: policy.id,
    ...{ project_id: policy.project_id, tenant_id: policy.project_id, object_type: 'network', object_id: network },
    ...{ action: 'access_as_shared', target_tenant: outsiders },
  });
  expect((await send(`GET rbac-policies/${policy.id}`)).body).toEqual({ rbac_policy: policy });
  expect((await send(`GET rbac-policies?object_id=${network}`)).body).toEqual({ rbac_policies: [policy] });
  expect(await namesNetwork(network)).toBe(true);
  const shown = await send(`GET networks/${network}`, undefined, front.outsider);
  expect(shown.body.network).toMatchObject({ shared: true });
  expect((await send(`GET networks/${network}`)).body.network).toMatchObject({ shared: false });
  expect((await send(`GET subnets/${subnet}`, undefined, front.outsider)).status).toBe(200);
  const forServers = await networksForServers(front.directory.read, outsiders);
  expect(forServers.map(({ id }) => id)).toContain(network);
  const others = await networksForServers(front.directory.read, randomUUID());
  expect(others.map(({ id }) => id)).not.toContain(network);
  expect((await send(`PUT networks/${network}`, { network: { name: 'x' } }, front.outsider)).status).toBe(403);

  const port = await send('POST ports', { port: { network_id: network } }, front.outsider);
  expect(port.status).toBe(201);
  expect(typeOf(await remove(policy.id))).toEqual([409, 'RbacPolicyInUse']);
  const other = { rbac_policy: { target_tenant: randomUUID() } };
  expect(typeOf(await send(`PUT rbac-policies/${policy.id}`, other))).toEqual([409, 'RbacPolicyInUse']);
  await send(`DELETE ports/${port.body.port.id}`, undefined, front.outsider);
  expect((await send(`PUT rbac-policies/${policy.id}`, other)).body.rbac_policy).toMatchObject(other.rbac_policy);
  expect(await namesNetwork(network)).toBe(false);
  expect((await remove(policy.id)).status).toBe(204);
  expect(typeOf(await remove(policy.id))).toEqual([404, 'RbacPolicyNotFound']);
});

test('shared is a policy for every project, written either way; it stays while another project has a port', async () => {
  const id = await aNetwork({ shared: true }, front.admin);
  const policies = async () =>
    (await send(`GET rbac-policies?object_id=${id}`, undefined, front.admin)).body.rbac_policies;
  const [made] = await policies();
  expect(made).toMatchObject({ action: 'access_as_shared', target_tenant: '*' });
  const port = (await send('POST ports', { port: { network_id: id } }, front.outsider)).body.port;
  expect(typeOf(await remove(made.id, front.admin))).toEqual([409, 'RbacPolicyInUse']);
  const unshared = { network: { shared: false } };
  expect(typeOf(await send(`PUT networks/${id}`, unshared, front.admin))).toEqual([409, 'RbacPolicyInUse']);
  const own = await share(id, {}, front.admin);
  expect((await send(`PUT networks/${id}`, unshared, front.admin)).body.network.shared).toBe(false);
  expect(await policies()).toEqual([own]);
  expect((await send(`GET ports/${port.id}`, undefined, front.outsider)).status).toBe(200);
  await send(`DELETE ports/${port.id}`, undefined, front.outsider);
  const again = await share(id, { target_tenant: '*' }, front.admin);
  expect((await send(`GET networks/${id}`, undefined, front.admin)).body.network.shared).toBe(true);
  expect((await remove(again.id, front.admin)).status).toBe(204);
  expect((await send(`GET networks/${id}`, undefined, front.admin)).body.network.shared).toBe(false);
  await send(`DELETE networks/${id}`, undefined, front.admin);
  expect(await policies()).toEqual([]);
});

test('a network leads outside for one project, or for every one', async () => {
  const id = await aNetwork({}, front.admin);
  const policy = await share(id, { action: 'access_as_external' }, front.admin);
  const shown = await send(`GET networks/${id}`, undefined, front.outsider);
  expect(shown.body.network).toMatchObject({ 'router:external': true, shared: false });
  expect((await send(`GET networks/${id}`)).status).toBe(404);
  expect((await send('POST ports', { port: { network_id: id } }, front.outsider)).status).toBe(403);
  const gateway = { external_gateway_info: { network_id: id } };
  await send('POST subnets', { subnet: { network_id: id, ip_version: 4, cidr: '198.51.100.0/24' } }, front.admin);
  const router = (await send('POST routers', { router: gateway }, front.outsider)).body.router.id;
  expect(typeOf(await remove(policy.id, front.admin))).toEqual([409, 'RbacPolicyInUse']);
  await send(`DELETE routers/${router}`, undefined, front.outsider);
  const everybody = await share(id, { action: 'access_as_external', target_tenant: '*' }, front.admin);
  expect((await send(`GET networks/${id}`)).status).toBe(200);
  expect((await remove(everybody.id, front.admin)).status).toBe(204);
  expect((await remove(policy.id, front.admin)).status).toBe(204);
  const after = await send(`GET networks/${id}`, undefined, front.admin);
  expect(after.body.network).toMatchObject({ 'router:external': false });
});

describe('other objects', () => {
  test('an address group is named in rules of the project it is shared with', async () => {
    const id = (await send('POST address-groups', { address_group: { addresses: ['10.0.0.0/8'] } })).body.address_group
      .id;
    const policy = await share(id, { object_type: 'address_group' });
    const shown = await send(`GET address-groups/${id}`, undefined, front.outsider);
    expect(shown.body.address_group).toMatchObject({ shared: true });
    const theirs = (await send('POST security-groups', { security_group: {} }, front.outsider)).body.security_group.id;
    const rule = await send(
      'POST security-group-rules',
      { security_group_rule: { security_group_id: theirs, direction: 'ingress', remote_address_group_id: id } },
      front.outsider,
    );
    expect(rule.status).toBe(201);
    expect(typeOf(await remove(policy.id))).toEqual([409, 'RbacPolicyInUse']);
    await send(`DELETE security-groups/${theirs}`, undefined, front.outsider);
    expect((await remove(policy.id)).status).toBe(204);
    expect((await send(`GET address-groups/${id}`, undefined, front.outsider)).status).toBe(404);
  });

  test('a pool of subnets is used by the project it is shared with', async () => {
    const id = (await send('POST subnetpools', { subnetpool: { name: 'p', prefixes: ['10.40.0.0/16'] } })).body
      .subnetpool.id;
    const policy = await share(id, { object_type: 'subnetpool' });
    const shown = await send(`GET subnetpools/${id}`, undefined, front.outsider);
    expect(shown.body.subnetpool).toMatchObject({ shared: true });
    const network_id = await aNetwork({}, front.outsider);
    const subnet = { network_id, ip_version: 4, subnetpool_id: id, prefixlen: 24 };
    const made = await send('POST subnets', { subnet }, front.outsider);
    expect(made.status).toBe(201);
    expect(typeOf(await remove(policy.id))).toEqual([409, 'RbacPolicyInUse']);
    await send(`DELETE subnets/${made.body.subnet.id}`, undefined, front.outsider);
    expect((await remove(policy.id)).status).toBe(204);
  });
});

describe('security groups', () => {
  const aGroup = async (given: object = {}, token = front.demo): Promise<string> =>
    (await send('POST security-groups', { security_group: given }, token)).body.security_group.id;
  const listed = async (query: string, token = front.outsider): Promise<readonly string[]> =>
    (await send(`GET security-groups?fields=id${query}`, undefined, token)).body.security_groups.map(
      (one: { id: string }) => one.id,
    );
  const aPortWith = async (id: string, token = front.outsider) =>
    send('POST ports', { port: { network_id: await aNetwork({}, token), security_groups: [id] } }, token);
  const asGroup = { object_type: 'security_group' };

  test('one that is shared is known and used by that project, changed by its own alone', async () => {
    const id = await aGroup({ name: 'lent' });
    const rule = { security_group_id: id, direction: 'ingress', protocol: 'tcp' };
    await send('POST security-group-rules', { security_group_rule: rule });
    expect((await send(`GET security-groups/${id}`, undefined, front.outsider)).status).toBe(404);
    expect(typeOf(await aPortWith(id))).toEqual([404, 'SecurityGroupNotFound']);
    const policy = await share(id, asGroup);
    const shown = (await send(`GET security-groups/${id}`, undefined, front.outsider)).body.security_group;
    expect(shown).toMatchObject({ name: 'lent', shared: true });
    expect(shown.security_group_rules).toHaveLength(3);
    expect((await send(`GET security-groups/${id}`)).body.security_group).toMatchObject({ shared: false });
    expect([await listed(''), await listed('&shared=True')]).toEqual([expect.arrayContaining([id]), [id]]);
    expect(await listed('&shared=False')).not.toContain(id);
    expect(await listed('&shared=True', front.demo)).toEqual([]);
    expect(await listed('&shared=True&shared=False')).toEqual(await listed(''));
    for (const [method, path, body] of [
      ['PUT', `security-groups/${id}`, { security_group: { name: 'mine' } }],
      ['DELETE', `security-groups/${id}`],
      ['POST', 'security-group-rules', { security_group_rule: { ...rule, protocol: 'udp' } }],
      ['DELETE', `security-group-rules/${shown.security_group_rules[0].id}`],
      ['PUT', `security-groups/${id}/tags`, { tags: ['mine'] }],
      ['POST', 'rbac-policies', policyOf(id, asGroup)],
    ] as const)
      expect([method, path, (await send(`${method} ${path}`, body, front.outsider)).status]).toEqual([
        method,
        path,
        404,
      ]);

    const port = await aPortWith(id);
    expect([port.status, port.body.port.security_groups]).toEqual([201, [id]]);
    expect(typeOf(await remove(policy.id))).toEqual([409, 'RbacPolicyInUse']);
    expect(typeOf(await send(`DELETE security-groups/${id}`))).toEqual([409, 'SecurityGroupInUse']);
    await send(`PUT ports/${port.body.port.id}`, { port: { security_groups: [] } }, front.outsider);
    const theirs = await aGroup({}, front.outsider);
    const remote = { security_group_id: theirs, direction: 'ingress', remote_group_id: id };
    const added = await send('POST security-group-rules', { security_group_rule: remote }, front.outsider);
    expect(added.status).toBe(201);
    expect(typeOf(await remove(policy.id))).toEqual([409, 'RbacPolicyInUse']);
    await send(`DELETE security-groups/${theirs}`, undefined, front.outsider);
    expect((await remove(policy.id)).status).toBe(204);
    expect((await send(`GET security-groups/${id}`, undefined, front.outsider)).status).toBe(404);
  });

  test('an admin shares one with every project; it goes with its policies', async () => {
    const id = await aGroup({ name: 'common' });
    expect((await send('POST rbac-policies', policyOf(id, { ...asGroup, target_tenant: '*' }))).status).toBe(403);
    const policy = await share(id, { ...asGroup, target_tenant: '*' }, front.admin);
    expect(policy).toMatchObject({ object_type: 'security_group', target_tenant: '*' });
    expect((await send(`GET security-groups/${id}`)).body.security_group).toMatchObject({ shared: true });
    const port = (await aPortWith(id)).body.port.id;
    expect(typeOf(await send(`DELETE security-groups/${id}`))).toEqual([409, 'SecurityGroupInUse']);
    await send(`DELETE ports/${port}`, undefined, front.outsider);
    expect((await send(`DELETE security-groups/${id}`)).status).toBe(204);
    expect((await send(`GET rbac-policies/${policy.id}`, undefined, front.admin)).status).toBe(404);
  });

  test('a group of others is named by its id only', async () => {
    const id = await aGroup({ name: 'mine-too' });
    const own = await aGroup({ name: 'mine-too' }, front.outsider);
    const lent = await aGroup({ name: 'lent-alone' });
    for (const one of [id, lent]) await share(one, asGroup);
    const resolved = (asked: string) =>
      front.directory.transaction((tx) => resolveSecurityGroups(tx, outsiders, [asked]));
    expect(await resolved('mine-too')).toEqual([{ id: own, name: 'mine-too' }]);
    expect(await resolved(id)).toEqual([{ id, name: 'mine-too' }]);
    await expect(resolved('lent-alone')).rejects.toMatchObject({ kind: 'invalid' });
    for (const one of [id, lent]) expect((await send(`DELETE security-groups/${one}`)).status).toBe(204);
  });

  test('whatever happens at the same moment, a port has only groups that its project may use', async () => {
    const id = await aGroup();
    const network_id = await aNetwork({}, front.outsider);
    for (let round = 0; round < 12; round++) {
      const policy = await share(id, asGroup);
      const [made, removed] = await Promise.all([
        send('POST ports', { port: { network_id, security_groups: [id] } }, front.outsider),
        remove(policy.id),
      ]);
      expect([
        [201, 409],
        [404, 204],
      ]).toContainEqual([made.status, removed.status]);
      if (made.status !== 201) continue;
      await send(`DELETE ports/${made.body.port.id}`, undefined, front.outsider);
      expect((await remove(policy.id)).status).toBe(204);
    }
    await send(`DELETE security-groups/${id}`);
  });
});

test('who may not share what', async () => {
  expect(typeOf(await send('POST rbac-policies', policyOf(network), front.outsider))).toEqual([404, 'NetworkNotFound']);
  for (const given of [{ target_tenant: '*' }, { action: 'access_as_external' }]) {
    expect((await send('POST rbac-policies', policyOf(network, given))).status).toBe(403);
  }
  const policy = await share(network);
  const forAll = { rbac_policy: { target_tenant: '*' } };
  expect((await send(`PUT rbac-policies/${policy.id}`, forAll)).status).toBe(403);
  expect(typeOf(await send('POST rbac-policies', policyOf(network)))).toEqual([409, 'DuplicateRbacPolicy']);
  expect((await send('POST rbac-policies', policyOf(network), front.outsider)).status).toBe(403);
  for (const [method, body] of [['GET'], ['PUT', forAll], ['DELETE']] as const) {
    expect((await send(`${method} rbac-policies/${policy.id}`, body, front.outsider)).status).toBe(404);
  }
  expect((await send('GET rbac-policies', undefined, front.outsider)).body.rbac_policies).toEqual([]);
  await remove(policy.id);
});

test('what is refused names the field; several are made all or none; If-Match, quota and paging', async () => {
  const wrong = await send(
    'POST rbac-policies',
    policyOf(randomUUID(), { object_type: 'subnetpool', action: 'access_as_external' }),
    front.admin,
  );
  expect(wrong.status).toBe(400);
  expect(wrong.body.NeutronError.message).toContain('action');
  for (const given of [{ object_type: 'bgpvpn' }, { target_tenant: '' }, { action: 'x' }, { colour: 'red' }]) {
    expect((await send('POST rbac-policies', policyOf(network, given))).status).toBe(400);
  }
  expect((await send('GET rbac-policies?colour=red')).status).toBe(400);
  const two = [policyOf(network), policyOf(randomUUID())].map(({ rbac_policy }) => rbac_policy);
  expect((await send('POST rbac-policies', { rbac_policies: two })).status).toBe(404);
  expect(await namesNetwork(network)).toBe(false);
  const targets = [randomUUID(), randomUUID(), randomUUID()];
  const several = targets.map((target_tenant) => policyOf(network, { target_tenant }).rbac_policy);
  const made = (await send('POST rbac-policies', { rbac_policies: several })).body.rbac_policies;
  expect(made).toHaveLength(3);
  const page = await send('GET rbac-policies?limit=2&sort_key=target_tenant&fields=target_tenant');
  expect(page.body.rbac_policies).toEqual(
    [...targets]
      .sort()
      .slice(0, 2)
      .map((target_tenant) => ({ target_tenant })),
  );
  expect(page.body.rbac_policies_links).toHaveLength(1);
  const stale = await front.send(`DELETE /network/v2.0/rbac-policies/${made[0].id}`, {
    ...{ token: front.demo, headers: { 'if-match': 'revision_number=7' } },
  });
  expect(typeOf(stale)).toEqual([412, 'RevisionNumberConstraintFailed']);
  const project = made[0].project_id;
  await send(`PUT quotas/${project}`, { quota: { rbac_policy: 3 } }, front.admin);
  expect(typeOf(await send('POST rbac-policies', policyOf(network)))).toEqual([409, 'OverQuota']);
  await send(`DELETE quotas/${project}`, undefined, front.admin);
  for (const { id } of made) expect((await remove(id)).status).toBe(204);
});
