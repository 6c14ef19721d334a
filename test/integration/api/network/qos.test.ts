import { beforeAll, expect, test } from 'vitest';
import { neededIn } from '../../../support/needed-in.ts';
import { useFrontApp } from '../use-front-app.ts';

/** QoS policies, their rules, and the ports and networks that have one. */
const front = useFrontApp();

const send = (path: string, body?: object, token = front.admin) => {
  const [method, last] = path.split(' ');
  return front.send(`${method} /network/v2.0/${last}`, { token, ...(body === undefined ? {} : { body }) });
};
type Answer = Awaited<ReturnType<typeof send>>;
const typeOf = ({ status, body }: Answer) => [status, body.NeutronError?.type];
const make = async (policy: object) =>
  (await send('POST qos/policies', { policy: { name: 'p', ...policy } })).body.policy;
const rule = (policy: { id: string }, kind: string, given: object) =>
  send(`POST qos/policies/${policy.id}/${kind}_rules`, { [`${kind}_rule`]: given });
const networkOf = async (network: object, token = front.demo) =>
  (await send('POST networks', { network }, token)).body.network;
const portOf = (port: object, token = front.demo) => send('POST ports', { port }, token);

let demo: string;
beforeAll(async () => {
  demo = (await front.deps.tokens.verify(front.demo)).projectId;
});

test('a policy: made, shown, listed, changed, deleted, with all of its rules', async () => {
  const made = await make({ name: 'gold', description: 'd', tags: ['a'] });
  expect(made).toMatchObject({
    name: 'gold',
    shared: false,
    is_default: false,
    rules: [],
    tags: ['a'],
    revision_number: 0,
  });
  const limit = await rule(made, 'bandwidth_limit', { max_kbps: 8000, max_burst_kbps: '800', direction: 'ingress' });
  expect([limit.status, limit.body.bandwidth_limit_rule]).toEqual([
    201,
    { id: expect.any(String), max_kbps: 8000, max_burst_kbps: 800, direction: 'ingress' },
  ]);
  const egress = (await rule(made, 'bandwidth_limit', { max_kbps: 10 })).body.bandwidth_limit_rule;
  expect(egress).toMatchObject({ max_kbps: 10, max_burst_kbps: 0, direction: 'egress' });
  const mark = (await rule(made, 'dscp_marking', { dscp_mark: 46 })).body.dscp_marking_rule;
  const packets = (await rule(made, 'packet_rate_limit', { max_kpps: 5 })).body.packet_rate_limit_rule;
  const shown = (await send(`GET qos/policies/${made.id}`)).body.policy;
  expect(shown.revision_number).toBe(4);
  const inPolicy = { qos_policy_id: made.id };
  expect(shown.rules).toHaveLength(4);
  expect(shown.rules).toEqual(
    expect.arrayContaining([
      { ...limit.body.bandwidth_limit_rule, ...inPolicy, type: 'bandwidth_limit' },
      { ...egress, ...inPolicy, type: 'bandwidth_limit' },
      { ...mark, ...inPolicy, type: 'dscp_marking' },
      { ...packets, ...inPolicy, type: 'packet_rate_limit' },
    ]),
  );
  const rules = `qos/policies/${made.id}/bandwidth_limit_rules`;
  expect((await send(`GET ${rules}?direction=egress`)).body.bandwidth_limit_rules).toEqual([egress]);
  const changed = { ...egress, max_kbps: 20 };
  const put = await send(`PUT ${rules}/${egress.id}`, { bandwidth_limit_rule: { max_kbps: 20 } });
  expect(put.body.bandwidth_limit_rule).toEqual(changed);
  expect((await send(`GET ${rules}/${egress.id}`)).body.bandwidth_limit_rule).toEqual(changed);
  const alias = `qos/alias_bandwidth_limit_rules/${egress.id}`;
  expect((await send(`GET ${alias}`)).body.bandwidth_limit_rule).toEqual(changed);
  const burst = await send(`PUT ${alias}`, { bandwidth_limit_rule: { max_burst_kbps: 3 } });
  expect(burst.body.bandwidth_limit_rule).toEqual({ ...changed, max_burst_kbps: 3 });
  expect((await send(`DELETE ${alias}`)).status).toBe(204);
  expect(typeOf(await send(`GET ${alias}`))).toEqual([404, 'QosRuleNotFound']);
  expect((await send(`DELETE qos/policies/${made.id}/dscp_marking_rules/${mark.id}`)).status).toBe(204);
  const renamed = await send(`PUT qos/policies/${made.id}`, { policy: { name: 'silver', shared: true } });
  expect(renamed.body.policy).toMatchObject({ name: 'silver', shared: true, revision_number: 9 });
  expect((await send('GET qos/policies?name=silver&fields=id')).body.policies).toEqual([{ id: made.id }]);
  expect((await send(`PUT qos/policies/${made.id}/tags/b`)).status).toBe(201);
  expect((await send('GET qos/policies?tags=a,b')).body.policies).toHaveLength(1);
  expect((await send(`DELETE qos/policies/${made.id}`)).status).toBe(204);
  expect(typeOf(await send(`GET qos/policies/${made.id}`))).toEqual([404, 'QosPolicyNotFound']);
});

test('what is refused of rules', async () => {
  const policy = await make({});
  await rule(policy, 'bandwidth_limit', { max_kbps: 1 });
  const second = await rule(policy, 'bandwidth_limit', { max_kbps: 2, direction: 'egress' });
  expect(typeOf(second)).toEqual([409, 'QoSRulesConflict']);
  const other = (await rule(policy, 'bandwidth_limit', { max_kbps: 2, direction: 'ingress' })).body
    .bandwidth_limit_rule;
  const path = `qos/policies/${policy.id}/bandwidth_limit_rules/${other.id}`;
  expect(typeOf(await send(`PUT ${path}`, { bandwidth_limit_rule: { direction: 'egress' } }))).toEqual([
    ...[409, 'QoSRulesConflict'],
  ]);
  for (const given of [
    {},
    { max_kbps: -1 },
    { max_kbps: 2 ** 31 },
    { max_kbps: 'x' },
    { max_kbps: 1, direction: 'any' },
  ])
    expect((await rule(policy, 'bandwidth_limit', given)).status).toBe(400);
  for (const dscp_mark of [1, 64, -1]) expect((await rule(policy, 'dscp_marking', { dscp_mark })).status).toBe(400);
  for (const kind of ['minimum_bandwidth', 'minimum_packet_rate'])
    expect((await rule(policy, kind, { direction: 'egress' })).body.NeutronError).toMatchObject({
      message: expect.stringContaining('the scheduler reserves none'),
    });
  const elsewhere = await make({});
  const wrong = await send(`GET qos/policies/${elsewhere.id}/bandwidth_limit_rules/${other.id}`);
  expect(typeOf(wrong)).toEqual([404, 'QosRuleNotFound']);
  expect(typeOf(await send(`DELETE qos/alias_dscp_marking_rules/${other.id}`))).toEqual([404, 'QosRuleNotFound']);
});

test('types of rules: everybody lists them, an admin sees what they take', async () => {
  const types = ['bandwidth_limit', 'packet_rate_limit', 'dscp_marking'].map((type) => ({ type }));
  expect((await send('GET qos/rule-types', undefined, front.demo)).body.rule_types).toEqual(types);
  const shown = await send('GET qos/rule-types/dscp_marking');
  expect(shown.body.rule_type.drivers).toMatchObject([
    { name: 'linux', supported_parameters: [{ parameter_name: 'dscp_mark' }] },
  ]);
  expect((await send('GET qos/rule-types/dscp_marking', undefined, front.demo)).status).toBe(403);
  expect((await send('GET qos/rule-types/minimum_bandwidth')).status).toBe(404);
});

test('policies are the admins to make; others see their own and those that are shared with them', async () => {
  for (const path of ['POST qos/policies'])
    expect((await send(path, { policy: { name: 'x' } }, front.demo)).status).toBe(403);
  const theirs = await make({ project_id: demo, name: 'theirs' });
  const hidden = await make({ name: 'hidden' });
  const { id } = (await rule(hidden, 'bandwidth_limit', { max_kbps: 1 })).body.bandwidth_limit_rule;
  expect((await send(`PUT qos/policies/${theirs.id}`, { policy: { name: 'x' } }, front.demo)).status).toBe(403);
  expect((await send(`GET qos/policies/${theirs.id}`, undefined, front.demo)).status).toBe(200);
  expect((await send(`GET qos/policies/${theirs.id}`, undefined, front.outsider)).status).toBe(404);
  for (const path of [
    `policies/${hidden.id}`,
    `policies/${hidden.id}/bandwidth_limit_rules`,
    `alias_bandwidth_limit_rules/${id}`,
  ])
    expect((await send(`GET qos/${path}`, undefined, front.demo)).status).toBe(404);
  const network = await networkOf({ name: 'n' });
  expect(typeOf(await portOf({ network_id: network.id, qos_policy_id: hidden.id }))).toEqual([
    404,
    'QosPolicyNotFound',
  ]);
  const named = await send(`PUT networks/${network.id}`, { network: { qos_policy_id: hidden.id } }, front.demo);
  expect(typeOf(named)).toEqual([404, 'QosPolicyNotFound']);

  const share = { object_type: 'qos_policy', object_id: hidden.id, action: 'access_as_shared', target_tenant: demo };
  const shared = (await send('POST rbac-policies', { rbac_policy: share })).body.rbac_policy;
  expect((await send(`GET qos/policies/${hidden.id}`, undefined, front.demo)).body.policy.shared).toBe(true);
  const port = (await portOf({ network_id: network.id, qos_policy_id: hidden.id })).body.port;
  expect(port.qos_policy_id).toBe(hidden.id);
  expect(typeOf(await send(`DELETE rbac-policies/${shared.id}`))).toEqual([409, 'RbacPolicyInUse']);
  expect((await send(`PUT ports/${port.id}`, { port: { qos_policy_id: null } }, front.demo)).status).toBe(200);
  expect((await send(`DELETE rbac-policies/${shared.id}`)).status).toBe(204);

  // What an admin gave, only those who may use it take away.
  expect((await send(`PUT ports/${port.id}`, { port: { qos_policy_id: hidden.id } })).status).toBe(200);
  const freed = await send(`PUT ports/${port.id}`, { port: { qos_policy_id: null } }, front.demo);
  expect(typeOf(freed)).toEqual([403, 'PolicyRemoveAuthorizationError']);
  expect((await send(`PUT ports/${port.id}`, { port: { name: 'kept' } }, front.demo)).status).toBe(200);
  expect(typeOf(await send(`DELETE qos/policies/${hidden.id}`))).toEqual([409, 'QosPolicyInUse']);
  expect((await send(`GET ports?qos_policy_id=${hidden.id}`)).body.ports).toMatchObject([
    { id: port.id, name: 'kept' },
  ]);
});

test('a project has one default policy, which its new networks have', async () => {
  const { id } = await make({ project_id: demo, is_default: true, name: 'd' });
  const again = await send('POST qos/policies', { policy: { name: 'e', project_id: demo, is_default: true } });
  expect(typeOf(again)).toEqual([409, 'QoSPolicyDefaultAlreadyExists']);
  const other = await make({ project_id: demo });
  expect(typeOf(await send(`PUT qos/policies/${other.id}`, { policy: { is_default: true } }))).toEqual([
    ...[409, 'QoSPolicyDefaultAlreadyExists'],
  ]);
  const network = await networkOf({ name: 'with default' });
  expect(network.qos_policy_id).toBe(id);
  expect((await networkOf({ name: 'x', qos_policy_id: other.id })).qos_policy_id).toBe(other.id);
  expect((await networkOf({ name: 'y' }, front.outsider)).qos_policy_id).toBeNull();
  const port = (await portOf({ network_id: network.id })).body.port;
  expect(port).toMatchObject({ qos_policy_id: null, qos_network_policy_id: id });
  const inherits = await send(`GET ports?qos_network_policy_id=${id}&fields=id`, undefined, front.demo);
  expect(inherits.body.ports).toEqual([{ id: port.id }]);
  const typed = typeOf(await send(`DELETE qos/policies/${id}`));
  expect(typed).toEqual([409, 'QosPolicyInUse']);
  const freed = await send(`PUT networks/${network.id}`, { network: { qos_policy_id: null } }, front.demo);
  expect(freed.body.network.qos_policy_id).toBeNull();
  expect((await send(`PUT qos/policies/${id}`, { policy: { is_default: false } })).status).toBe(200);
  expect((await send(`DELETE qos/policies/${id}`)).status).toBe(204);
  expect((await networkOf({ name: 'z' })).qos_policy_id).toBeNull();
});

test('a changed rule is a change of the ports and networks with the policy, which hosts hear of', async () => {
  const policy = await make({ project_id: demo });
  const network = await networkOf({ name: 'n', qos_policy_id: policy.id });
  const inherits = (await portOf({ network_id: network.id })).body.port;
  const port = (await portOf({ network_id: network.id, qos_policy_id: policy.id })).body.port;
  const revisions = async () =>
    Promise.all(
      [`networks/${network.id}`, `ports/${port.id}`, `ports/${inherits.id}`].map(async (path) => {
        const { body } = await send(`GET ${path}`);
        return (body.network ?? body.port).revision_number;
      }),
    );
  const before = await revisions();
  await rule(policy, 'bandwidth_limit', { max_kbps: 8_000, direction: 'ingress' });
  await rule(policy, 'bandwidth_limit', { max_kbps: 800, max_burst_kbps: 80 });
  await rule(policy, 'packet_rate_limit', { max_kpps: 3 });
  await rule(policy, 'dscp_marking', { dscp_mark: 10 });
  expect(await revisions()).toEqual([(before[0] ?? 0) + 4, (before[1] ?? 0) + 4, before[2]]);
  const limits = {
    ingress: { perSecond: 1_000_000, burst: 800_000 },
    egress: { perSecond: 100_000, burst: 10_000 },
    egressPackets: { perSecond: 3_000, burst: 2_400 },
    dscp: 10,
  };
  const cell = '11111111-2222-4333-8444-555555555555';
  const { write, read } = front.directory;
  await write.insertInto('port_networks').values({ port_id: port.id, network_id: network.id, cell_id: cell }).execute();
  // Its group names itself as remote.
  await write
    .insertInto('port_groups')
    .values({ port_id: port.id, group_id: port.security_groups[0], cell_id: cell })
    .execute();
  const told = await neededIn(read, cell, [
    { kind: 'network', id: network.id },
    { kind: 'port', id: port.id },
    { kind: 'port', id: inherits.id },
  ]);
  expect(told[0]).toMatchObject({ kind: 'network', network: { limits } });
  const ports = told.filter((one) => one.kind === 'port');
  expect(ports.find(({ id }) => id === port.id)?.limits).toEqual(limits);
  expect(ports.find(({ id }) => id === inherits.id)).not.toHaveProperty('limits');
});

test('nothing but ports of servers and their networks has a policy', async () => {
  const policy = await make({ shared: true });
  const outside = (await send('POST networks', { network: { 'router:external': true } })).body.network;
  const floatingip = { floating_network_id: outside.id, qos_policy_id: policy.id };
  const router = { external_gateway_info: { network_id: outside.id, qos_policy_id: policy.id } };
  for (const answer of [await send('POST floatingips', { floatingip }), await send('POST routers', { router })]) {
    expect(answer.status).toBe(400);
    expect(answer.body.NeutronError.message).toContain('has no QoS policy here');
  }
});

test('a project has as many policies as its quota allows', async () => {
  const projectId = (await front.deps.tokens.verify(front.outsider)).projectId;
  await send(`PUT quotas/${projectId}`, { quota: { qos_policy: 1 } });
  await make({ project_id: projectId });
  const over = await send('POST qos/policies', { policy: { name: 'x', project_id: projectId } });
  expect(typeOf(over)).toEqual([409, 'OverQuota']);
});
