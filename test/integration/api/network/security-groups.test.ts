import { expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const UNKNOWN = '00000000-0000-4000-8000-00000000000f';
const send = (what: string, body?: object, token = front.demo) =>
  front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });
const makeGroup = async (name: string, token = front.demo) =>
  (await send('POST security-groups', { security_group: { name } }, token)).body.security_group;
const addRule = (rule: object, token = front.demo) =>
  send('POST security-group-rules', { security_group_rule: { direction: 'ingress', ...rule } }, token);
const typeOf = (answer: { status: number; body: { NeutronError?: { type: string } } }) => [
  ...[answer.status, answer.body?.NeutronError?.type],
];

test('a group is made with what lets everything out, changed and deleted', async () => {
  const made = await send('POST security-groups', {
    security_group: { name: 'web', description: 'w', stateful: true },
  });
  const group = made.body.security_group;
  expect(made.status).toBe(201);
  expect(group).toMatchObject({ id: UUID, name: 'web', description: 'w', stateful: true, revision_number: 1 });
  expect(
    group.security_group_rules.map((rule: { direction: string; ethertype: string; protocol: null }) => [
      ...[rule.direction, rule.ethertype, rule.protocol],
    ]),
  ).toEqual(
    expect.arrayContaining([
      ['egress', 'IPv4', null],
      ['egress', 'IPv6', null],
    ]),
  );
  const changed = await send(`PUT security-groups/${group.id}`, { security_group: { name: 'front' } });
  expect(changed.body.security_group).toMatchObject({ name: 'front', description: 'w', revision_number: 2 });
  expect((await send(`GET security-groups/${group.id}`)).body).toEqual(changed.body);
  expect((await send(`DELETE security-groups/${group.id}`)).status).toBe(204);
  expect(typeOf(await send(`GET security-groups/${group.id}`))).toEqual([404, 'SecurityGroupNotFound']);
});

test('several are made at once, or none', async () => {
  const several = (names: readonly string[]) =>
    send('POST security-groups', { security_groups: names.map((name) => ({ name })) });
  expect((await several(['a', 'b'])).body.security_groups.map(({ name }: { name: string }) => name)).toEqual([
    'a',
    'b',
  ]);
  expect(typeOf(await several(['c', 'default']))).toEqual([409, 'SecurityGroupDefaultAlreadyExists']);
  const { body } = await send('GET security-groups?name=c');
  expect(body.security_groups).toEqual([]);
});

test('the default group keeps its name and stays', async () => {
  const [own] = (await send('GET security-groups?name=default')).body.security_groups;
  const put = (changes: object) => send(`PUT security-groups/${own.id}`, { security_group: changes });
  expect(typeOf(await put({ name: 'x' }))).toEqual([409, 'SecurityGroupCannotUpdateDefault']);
  expect((await put({ description: 'ours' })).body.security_group.description).toBe('ours');
  expect(typeOf(await send(`DELETE security-groups/${own.id}`))).toEqual([409, 'SecurityGroupCannotRemoveDefault']);
});

test('a group that a port has is not deleted', async () => {
  const { id } = await makeGroup('held');
  const { network } = (await send('POST networks', { network: { name: 'n' } })).body;
  const port = await send('POST ports', { port: { network_id: network.id, security_groups: [id] } });
  expect(port.body.port.security_groups).toEqual([id]);
  expect(typeOf(await send(`DELETE security-groups/${id}`))).toEqual([409, 'SecurityGroupInUse']);
  await send(`DELETE ports/${port.body.port.id}`);
  expect((await send(`DELETE security-groups/${id}`)).status).toBe(204);
});

test('a port and the deletion of its group at the same moment: one of them fails', async () => {
  const { network } = (await send('POST networks', { network: { name: 'n' } })).body;
  for (let round = 0; round < 8; round++) {
    const { id } = await makeGroup('short');
    const port = { network_id: network.id, security_groups: [id] };
    const [made, deleted] = await Promise.all([send('POST ports', { port }), send(`DELETE security-groups/${id}`)]);
    expect([
      [201, 409],
      [404, 204],
    ]).toContainEqual([made.status, deleted.status]);
    if (made.status === 201) await send(`DELETE ports/${made.body.port.id}`);
    if (made.status === 201) await send(`DELETE security-groups/${id}`);
  }
});

test('rules are added once, shown, and deleted; both raise the revision of the group', async () => {
  const { id } = await makeGroup('ruled');
  const lb = await makeGroup('lb');
  const revision = async () => (await send(`GET security-groups/${id}`)).body.security_group.revision_number;
  const ssh = { security_group_id: id, protocol: 'TCP', port_range_min: 22, port_range_max: '22' };
  const made = await addRule({ ...ssh, remote_ip_prefix: '10.1.2.3/8', description: 'ssh' });
  expect(made.status).toBe(201);
  expect(made.body.security_group_rule).toMatchObject({
    ...{ id: UUID, security_group_id: id, direction: 'ingress', ethertype: 'IPv4', protocol: 'tcp' },
    ...{ port_range_min: 22, port_range_max: 22, remote_ip_prefix: '10.0.0.0/8', remote_group_id: null },
    description: 'ssh',
  });
  expect(typeOf(await addRule({ ...ssh, remote_ip_prefix: '10.0.0.0/8', description: 'ssh' }))).toEqual([
    ...[409, 'SecurityGroupRuleExists'],
  ]);
  expect((await addRule({ security_group_id: id, remote_group_id: lb.id, ethertype: 'IPv6' })).status).toBe(201);
  expect(await revision()).toBe(3);
  const { body } = await send(`GET security-group-rules?security_group_id=${id}&protocol=tcp&port_range_min=22`);
  expect(body.security_group_rules).toEqual([made.body.security_group_rule]);
  const ruleId = made.body.security_group_rule.id;
  expect((await send(`DELETE security-group-rules/${ruleId}`)).status).toBe(204);
  expect(typeOf(await send(`DELETE security-group-rules/${ruleId}`))).toEqual([404, 'SecurityGroupRuleNotFound']);
  expect(await revision()).toBe(4);
  const several = await send('POST security-group-rules', {
    security_group_rules: [80, 443].map((port) => ({
      ...{ security_group_id: id, direction: 'egress', protocol: 'tcp', port_range_min: port, port_range_max: port },
    })),
  });
  expect(several.body.security_group_rules).toHaveLength(2);
});

test.each([
  [
    { protocol: 'icmp', port_range_min: 8 },
    { protocol: 'icmp', port_range_min: 8, port_range_max: null },
  ],
  [{ protocol: 17, port_range_min: 53, port_range_max: 53 }, { protocol: 'udp' }],
  [{ protocol: 'icmpv6', ethertype: 'IPv6' }, { protocol: 'ipv6-icmp' }],
  [{ protocol: '51' }, { protocol: '51' }],
  [
    { protocol: 'any', remote_ip_prefix: '10.0.0.1' },
    { protocol: null, remote_ip_prefix: '10.0.0.1/32' },
  ],
  [{ ethertype: 'IPv6', remote_ip_prefix: 'FD00::1' }, { remote_ip_prefix: 'fd00::1/128' }],
])('a rule %j', async (given, expected) => {
  const { id } = await makeGroup('forms');
  const { status, body } = await addRule({ security_group_id: id, ...given });
  expect([status, body.security_group_rule]).toMatchObject([201, expected]);
  await send(`DELETE security-groups/${id}`);
});

test.each([
  [{ protocol: 'smoke' }, 'SecurityGroupRuleInvalidProtocol'],
  [{ protocol: 256 }, 'SecurityGroupRuleInvalidProtocol'],
  [{ port_range_min: 1, port_range_max: 2 }, 'SecurityGroupProtocolRequiredWithPorts'],
  [{ protocol: 'gre', port_range_min: 1, port_range_max: 2 }, 'SecurityGroupInvalidProtocolForPort'],
  [{ protocol: 'tcp', port_range_min: 2, port_range_max: 1 }, 'SecurityGroupInvalidPortRange'],
  [{ protocol: 'tcp', port_range_min: 2 }, 'SecurityGroupInvalidPortRange'],
  [{ protocol: 'tcp', port_range_min: 0, port_range_max: 1 }, 'SecurityGroupInvalidPortValue'],
  [{ protocol: 'udp', port_range_min: 1, port_range_max: 65_536 }, 'SecurityGroupInvalidPortValue'],
  [{ protocol: 'icmp', port_range_max: 1 }, 'SecurityGroupMissingIcmpType'],
  [{ protocol: 'icmp', port_range_min: 256 }, 'SecurityGroupInvalidIcmpValue'],
  [{ protocol: 'ipv6-icmp' }, 'SecurityGroupEthertypeConflictWithProtocol'],
  [{ remote_ip_prefix: 'fd00::/8' }, 'SecurityGroupRuleParameterConflict'],
  [{ remote_ip_prefix: 'here' }, 'InvalidInput'],
  [{ remote_ip_prefix: '10.0.0.0/8', remote_group_id: UNKNOWN }, 'SecurityGroupRemoteGroupAndRemoteIpPrefix'],
  [{ direction: 'sideways' }, 'BadRequest'],
  [{ ethertype: 'IPv5' }, 'BadRequest'],
  [{ port_range_min: 'ssh' }, 'BadRequest'],
  [{ colour: 'red' }, 'BadRequest'],
])('a rule %j is refused as %s', async (given, type) => {
  const [own] = (await send('GET security-groups?name=default')).body.security_groups;
  expect(typeOf(await addRule({ security_group_id: own.id, ...given }))).toEqual([400, type]);
});

test('groups and rules of others are not found', async () => {
  const { id } = await makeGroup('theirs');
  const rule = (await addRule({ security_group_id: id, protocol: 'tcp' })).body.security_group_rule;
  const own = await makeGroup('mine', front.outsider);
  for (const [what, body] of [
    [`PUT security-groups/${id}`, { security_group: { name: 'mine' } }],
    [`DELETE security-groups/${id}`, undefined],
    ['POST security-group-rules', { security_group_rule: { security_group_id: id, direction: 'ingress' } }],
    [
      'POST security-group-rules',
      { security_group_rule: { security_group_id: own.id, direction: 'ingress', remote_group_id: id } },
    ],
    [`DELETE security-group-rules/${rule.id}`, undefined],
    [`PUT security-groups/${UNKNOWN}`, { security_group: {} }],
    [`DELETE security-group-rules/${UNKNOWN}`, undefined],
  ] as const) {
    expect([what, (await send(what, body, front.outsider)).status]).toEqual([what, 404]);
  }
  const { projectId } = await front.deps.tokens.verify(front.demo);
  const forOthers = { security_group: { name: 'x', project_id: projectId } };
  expect((await send('POST security-groups', forOthers, front.outsider)).status).toBe(403);
  expect((await send('POST security-groups', forOthers, front.admin)).body.security_group.project_id).toBe(projectId);
});

test('quotas hold, also for requests of one moment', async () => {
  const { projectId } = await front.deps.tokens.verify(front.outsider);
  const { body } = await send('GET security-groups', undefined, front.outsider);
  const quota = { security_group: body.security_groups.length + 2, security_group_rule: 100 };
  const path = `PUT quotas/${projectId}`;
  expect((await send(path, { quota }, front.admin)).body.quota).toMatchObject(quota);
  const many = Array.from({ length: 6 }, (_, n) =>
    send('POST security-groups', { security_group: { name: `q${n}` } }, front.outsider),
  );
  const answers = await Promise.all(many);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
  expect(answers.flatMap(({ body: { NeutronError: error } }) => error?.type ?? [])).toEqual(Array(4).fill('OverQuota'));
  const details = (await send(`GET quotas/${projectId}/details`, undefined, front.admin)).body.quota;
  expect(details.security_group).toEqual({ limit: quota.security_group, used: quota.security_group, reserved: 0 });
});

test('an admin sees the groups and rules of every project, by id too', async () => {
  const { id, security_group_rules: rules } = await makeGroup('of a member');
  const { body } = await send('GET security-groups?fields=id', undefined, front.admin);
  expect(body.security_groups).toContainEqual({ id });
  expect((await send(`GET security-groups/${id}`, undefined, front.admin)).body.security_group.id).toBe(id);
  const listed = await send(`GET security-group-rules?security_group_id=${id}`, undefined, front.admin);
  expect(listed.body.security_group_rules).toHaveLength(rules.length);
  expect((await send(`GET security-group-rules/${rules[0].id}`, undefined, front.admin)).status).toBe(200);
  expect((await send(`GET security-group-rules/${rules[0].id}`, undefined, front.outsider)).status).toBe(404);
});
