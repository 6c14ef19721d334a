import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setNetworkLimits } from '#platform/directory/stores/network-quotas.ts';
import { defaultSecurityGroup, listSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import { type ComputeApp, createComputeApp, PROJECT } from './compute-app.ts';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const UNKNOWN = '00000000-0000-4000-8000-00000000000f';

let api: ComputeApp;
let version: string;
beforeAll(async () => {
  api = await createComputeApp();
});
beforeEach(async () => {
  version = '2.1';
  for (const table of ['security_groups', 'security_group_rules', 'network_quotas'] as const) {
    await api.deps.directory.write.deleteFrom(table).execute();
  }
});
afterAll(() => api.close());

const send = (what: string, body?: object, who = 'member') => api.send(who, what, version, body);
const refusal = async (what: string, body?: object, who = 'member') => {
  const answer = await send(what, body, who);
  return [answer.status, (Object.values(answer.body ?? {})[0] as { message?: string } | undefined)?.message];
};
const group = (name: string, description = 'about it') => ({ security_group: { name, description } });
const aGroup = async (name: string, who = 'member') =>
  (await send('POST /os-security-groups', group(name), who)).body.security_group;
const rule = (rest: object) => ({ security_group_rule: rest });
const tcp = (port: number, rest: object = {}) => ({ ip_protocol: 'tcp', from_port: port, to_port: port, ...rest });

describe.each(['2.1', '2.35'])('security groups at %s', (tested) => {
  beforeEach(() => {
    version = tested;
  });

  it('every project has one, whose members reach each other', async () => {
    const { body } = await send('GET /os-security-groups', undefined, 'reader');
    const [own] = body.security_groups;
    const inside = { parent_group_id: own.id, ip_protocol: null, from_port: null, to_port: null, ip_range: {} };
    expect(body.security_groups).toEqual([
      {
        ...{ id: UUID, name: 'default', description: 'Default security group', tenant_id: PROJECT },
        rules: [0, 1].map(() => ({ ...inside, id: UUID, group: { name: 'default', tenant_id: PROJECT } })),
      },
    ]);
    expect(await refusal(`DELETE /os-security-groups/${own.id}`)).toEqual([
      ...[400, 'Removing default security group not allowed.'],
    ]);
    expect((await refusal(`PUT /os-security-groups/${own.id}`, group('other')))[0]).toBe(400);
    expect(
      (await send(`PUT /os-security-groups/${own.id}`, group('default', 'ours'))).body.security_group,
    ).toMatchObject({ name: 'default', description: 'ours' });
    expect((await refusal('POST /os-security-groups', group('default')))[0]).toBe(400);
  });

  it('are made, shown, changed and deleted', async () => {
    const made = await aGroup('web');
    expect(made).toEqual({ id: UUID, name: 'web', description: 'about it', tenant_id: PROJECT, rules: [] });
    const path = `/os-security-groups/${made.id}`;
    expect((await send(`GET ${path}`, undefined, 'reader')).body.security_group).toEqual(made);
    const changed = { ...made, name: 'front', description: '' };
    expect((await send(`PUT ${path}`, group('front', ''))).body.security_group).toEqual(changed);
    expect((await refusal(`PUT ${path}`, group('default')))[0]).toBe(400);
    for (const name of ['b', 'a', 'a']) await aGroup(name);
    const names = async (query = '') =>
      (await send(`GET /os-security-groups${query}`)).body.security_groups.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['a', 'a', 'b', 'default', 'front']);
    expect(await names('?limit=2&offset=1&colour=red')).toEqual(['a', 'b']);
    expect(await names(`?offset=${'9'.repeat(40)}`)).toEqual([]);
    expect((await send(`DELETE ${path}`)).status).toBe(202);
    expect(await refusal(`GET ${path}`)).toEqual([404, `Security group ${made.id} does not exist`]);
  });

  it('belong to one project', async () => {
    const { id } = await aGroup('web');
    const added = await send('POST /os-security-group-rules', rule({ parent_group_id: id, ...tcp(22) }));
    const ruleId = added.body.security_group_rule.id;
    for (const [what, body] of [
      [`GET /os-security-groups/${id}`, undefined],
      [`PUT /os-security-groups/${id}`, group('mine')],
      [`DELETE /os-security-groups/${id}`, undefined],
      ['POST /os-security-group-rules', rule({ parent_group_id: id, ...tcp(80) })],
      [`DELETE /os-security-group-rules/${ruleId}`, undefined],
    ] as const) {
      expect([what, (await send(what, body, 'outsider')).status]).toEqual([what, 404]);
      if (!what.startsWith('GET')) expect([what, (await send(what, body, 'reader')).status]).toEqual([what, 403]);
    }
    const own = await aGroup('theirs', 'outsider');
    const theirs = rule({ parent_group_id: own.id, group_id: id });
    expect((await refusal('POST /os-security-group-rules', theirs, 'outsider'))[0]).toBe(404);
    const all = (await send('GET /os-security-groups?all_tenants=1', undefined, 'admin')).body.security_groups;
    expect(all.map(({ name }: { name: string }) => name).sort()).toEqual(['default', 'default', 'theirs', 'web']);
    expect((await send('GET /os-security-groups?all_tenants=1')).body.security_groups).toHaveLength(2);
  });

  it('have rules for what comes in', async () => {
    const [web, { id: lb }] = [await aGroup('web'), await aGroup('lb')];
    const add = (rest: object) => send('POST /os-security-group-rules', rule({ parent_group_id: web.id, ...rest }));
    const ssh = (await add(tcp(22, { cidr: '10.1.2.3/8' }))).body.security_group_rule;
    expect(ssh).toEqual({
      ...{ id: UUID, parent_group_id: web.id, ip_protocol: 'tcp', from_port: 22, to_port: 22 },
      ...{ group: {}, ip_range: { cidr: '10.0.0.0/8' } },
    });
    const fromGroup = (await add({ group_id: lb, ip_protocol: 'icmp' })).body.security_group_rule;
    expect(fromGroup).toMatchObject({
      ...{ ip_protocol: 'icmp', from_port: -1, to_port: -1, ip_range: {} },
      group: { name: 'lb', tenant_id: PROJECT },
    });
    expect((await send(`GET /os-security-groups/${web.id}`)).body.security_group.rules).toEqual([ssh, fromGroup]);
    expect(
      await refusal('POST /os-security-group-rules', rule({ parent_group_id: web.id, ...tcp(22), cidr: '10.0.0.0/8' })),
    ).toEqual([400, `This rule already exists in group ${web.id}`]);
    expect((await send(`DELETE /os-security-groups/${lb}`)).status).toBe(202);
    expect((await send(`GET /os-security-groups/${web.id}`)).body.security_group.rules).toEqual([ssh]);
    expect((await send(`DELETE /os-security-group-rules/${ssh.id}`)).status).toBe(202);
    expect(await refusal(`DELETE /os-security-group-rules/${ssh.id}`)).toEqual([
      ...[404, `Security group rule ${ssh.id} does not exist`],
    ]);
    expect((await send(`GET /os-security-groups/${web.id}`)).body.security_group.rules).toEqual([]);
  });

  it.each([
    ['GET /os-security-groups/7', undefined, /should be uuid: '7'/],
    ['DELETE /os-security-groups/7', undefined, /should be uuid/],
    ['PUT /os-security-groups/7', group('x'), /should be uuid/],
    ['DELETE /os-security-group-rules/7', undefined, /should be uuid/],
    ['GET /os-security-groups?limit=few', undefined, /limit/],
    ['POST /os-security-groups', { security_group: { name: 'x' } }, /description/],
    ['POST /os-security-groups', group(7 as unknown as string), /security_group\.name/],
    ['POST /os-security-groups', group('x'.repeat(256)), /security_group\.name/],
    ['POST /os-security-groups', {}, /security_group/],
    ['POST /os-security-group-rules', rule({}), /parent_group_id/],
    ['POST /os-security-group-rules', rule({ parent_group_id: 'x' }), /should be uuid/],
  ])('%s %j is refused', async (what, body, words) => {
    const [status, message] = await refusal(what, body);
    expect([status, message]).toEqual([400, expect.stringMatching(words)]);
  });

  it.each([
    [tcp(22, { cidr: 'everywhere' }), /^everywhere is not a valid IP network/],
    [tcp(99_999), /^Invalid port range 99999:99999/],
    [{ ip_protocol: 'tcp' }, /^Not enough parameters/],
    [{ group_id: 'x' }, /should be uuid: 'x'/],
  ])('a rule %j is refused', async (given, words) => {
    const { id } = await aGroup('web');
    const [status, message] = await refusal('POST /os-security-group-rules', rule({ parent_group_id: id, ...given }));
    expect([status, message]).toEqual([400, expect.stringMatching(words)]);
    const missing = rule({ parent_group_id: UNKNOWN, ...tcp(22) });
    expect((await refusal('POST /os-security-group-rules', missing))[0]).toBe(404);
    const unknown = rule({ parent_group_id: id, group_id: UNKNOWN });
    expect((await refusal('POST /os-security-group-rules', unknown))[0]).toBe(404);
  });

  it('are bounded by the quotas of the network API', async () => {
    const { id } = await aGroup('web');
    await api.deps.directory.transaction((tx) =>
      setNetworkLimits(tx, PROJECT, { security_group: 2, security_group_rule: 7 }),
    );
    expect((await refusal('POST /os-security-groups', group('more')))[0]).toBe(403);
    // Six are there: four of the default group, and two of every other for what goes out.
    const add = (port: number) => refusal('POST /os-security-group-rules', rule({ parent_group_id: id, ...tcp(port) }));
    expect((await add(1))[0]).toBe(200);
    expect(await add(2)).toEqual([403, "Quota exceeded for resources: ['security_group_rule']."]);
  });
});

it('a default group that an earlier release made gets its rules, under the ids that it showed', async () => {
  const { directory } = api.deps;
  const id = '11111111-1111-4111-8111-111111111111';
  const time = '2026-01-31 12:00:00.000000';
  const row = { id, project_id: PROJECT, name: 'default', description: '', created_at: time, updated_at: time };
  await directory.write
    .insertInto('security_groups')
    .values({ ...row, revision: 0 })
    .execute();
  const many = Array.from({ length: 4 }, () => directory.transaction((tx) => defaultSecurityGroup(tx, PROJECT)));
  expect((await Promise.all(many)).map((one) => [one.id, one.revision])).toEqual(many.map(() => [id, 1]));
  const rules = await directory.read.selectFrom('security_group_rules').selectAll().execute();
  expect(rules.map((one) => [one.direction, one.ethertype, one.id]).sort()).toEqual([
    ['egress', 'IPv4', '3029f697-81c0-50b7-8733-53baa95405af'],
    ['egress', 'IPv6', expect.any(String)],
    ['ingress', 'IPv4', expect.any(String)],
    ['ingress', 'IPv6', expect.any(String)],
  ]);
});

it('many who ask first for the default group of a project make one', async () => {
  const { directory } = api.deps;
  const projectId = randomUUID();
  const many = Array.from({ length: 8 }, () => directory.transaction((tx) => defaultSecurityGroup(tx, projectId)));
  expect(new Set((await Promise.all(many)).map(({ id }) => id)).size).toBe(1);
  expect(await listSecurityGroups(directory.read, { projectId, isAdmin: false })).toHaveLength(1);
});

it.each([
  ...['GET /os-security-groups', 'POST /os-security-groups', `GET /os-security-groups/${UNKNOWN}`],
  ...[`PUT /os-security-groups/${UNKNOWN}`, `DELETE /os-security-groups/${UNKNOWN}`],
  ...['POST /os-security-group-rules', `DELETE /os-security-group-rules/${UNKNOWN}`],
])('%s ended with 2.35', async (what) => {
  const body = /^(POST|PUT)/.test(what) ? {} : undefined;
  for (const later of ['2.36', '2.104']) expect((await api.send('admin', what, later, body)).status).toBe(404);
});
