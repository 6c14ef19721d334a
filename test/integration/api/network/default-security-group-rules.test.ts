import { expect, test } from 'vitest';
import { defaultSecurityGroup } from '#platform/directory/stores/security-groups.ts';
import { useFrontApp } from '../use-front-app.ts';

/** The rules that new security groups begin with. */
const front = useFrontApp();

const PATH = 'default-security-group-rules';
const send = (what: string, body?: object, token = front.demo) =>
  front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });
const add = (rule: object, token = front.admin) =>
  send(`POST ${PATH}`, { default_security_group_rule: { direction: 'ingress', ...rule } }, token);
interface Rule {
  readonly id: string;
  readonly direction: string;
  readonly ethertype: string;
  readonly protocol: string | null;
  readonly port_range_min: number | null;
  readonly remote_group_id: string | null;
}
/** The rules of a new group of a project that has none of this name yet. */
const rulesOfNewGroup = async (): Promise<readonly Rule[]> =>
  (await send('POST security-groups', { security_group: { name: 'new' } })).body.security_group.security_group_rules;
const short = (rules: readonly Rule[]) =>
  rules.map((rule) => `${rule.direction} ${rule.ethertype} ${rule.protocol} ${rule.port_range_min}`).sort();

test('at first everything goes out, and the members of a default group reach each other', async () => {
  const { body } = await send(`GET ${PATH}?sort_key=direction&sort_key=ethertype`);
  expect(
    body.default_security_group_rules.map((rule: Rule & { used_in_non_default_sg: boolean }) => [
      ...[rule.direction, rule.ethertype, rule.remote_group_id, rule.used_in_non_default_sg],
    ]),
  ).toEqual([
    ['egress', 'IPv4', null, true],
    ['egress', 'IPv6', null, true],
    ['ingress', 'IPv4', 'PARENT', false],
    ['ingress', 'IPv6', 'PARENT', false],
  ]);
  expect(short(await rulesOfNewGroup())).toEqual(['egress IPv4 null null', 'egress IPv6 null null']);
});

test('a rule is added for new groups, default ones, or both; groups that are there keep theirs', async () => {
  const before = (await send('POST security-groups', { security_group: { name: 'old' } })).body.security_group;
  const ssh = { protocol: 'tcp', port_range_min: 22, port_range_max: 22, remote_ip_prefix: '10.1.2.3/8' };
  const made = await add(ssh);
  expect([made.status, made.body.default_security_group_rule]).toMatchObject([
    201,
    {
      ...{ direction: 'ingress', ethertype: 'IPv4', protocol: 'tcp', remote_ip_prefix: '10.0.0.0/8' },
      ...{ used_in_default_sg: false, used_in_non_default_sg: true },
    },
  ]);
  const { id } = made.body.default_security_group_rule;
  const members = { protocol: 'udp', remote_group_id: 'PARENT', used_in_default_sg: true };
  const both = (await add(members)).body.default_security_group_rule;
  const only = { protocol: 'icmp', used_in_default_sg: true, used_in_non_default_sg: false };
  const defaults = (await add(only)).body.default_security_group_rule;

  const rules = await rulesOfNewGroup();
  expect(short(rules)).toEqual([
    ...['egress IPv4 null null', 'egress IPv6 null null', 'ingress IPv4 tcp 22', 'ingress IPv4 udp null'],
  ]);
  const inNew = rules.find(({ protocol }) => protocol === 'udp') as Rule & { security_group_id: string };
  expect(inNew.remote_group_id).toBe(inNew.security_group_id);
  await front.directory.transaction((tx) => defaultSecurityGroup(tx, 'a-new-project'));
  const ofDefault = await send('GET security-group-rules?project_id=a-new-project', undefined, front.admin);
  expect(short(ofDefault.body.security_group_rules)).toEqual([
    ...['egress IPv4 null null', 'egress IPv6 null null', 'ingress IPv4 icmp null', 'ingress IPv4 null null'],
    ...['ingress IPv4 udp null', 'ingress IPv6 null null'],
  ]);
  expect((await send(`GET security-groups/${before.id}`)).body.security_group).toEqual(before);

  for (const gone of [id, both.id, defaults.id]) {
    expect((await send(`DELETE ${PATH}/${gone}`, undefined, front.admin)).status).toBe(204);
  }
  expect(short(await rulesOfNewGroup())).toEqual(['egress IPv4 null null', 'egress IPv6 null null']);
  const missing = await send(`GET ${PATH}/${id}`);
  expect([missing.status, missing.body.NeutronError.type]).toEqual([404, 'DefaultSecurityGroupRuleNotFound']);
});

test('one rule once, also when it is asked for at the same moment', async () => {
  const web = { protocol: 'tcp', port_range_min: 80, port_range_max: 80 };
  const answers = await Promise.all(Array.from({ length: 4 }, () => add(web)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  const made = answers.find(({ status }) => status === 201)?.body.default_security_group_rule;
  expect(answers.find(({ status }) => status === 409)?.body.NeutronError).toMatchObject({
    type: 'DefaultSecurityGroupRuleExists',
    message: expect.stringContaining(made.id),
  });
  const several = {
    default_security_group_rules: [
      { direction: 'egress', protocol: 'gre' },
      { direction: 'ingress', ...web },
    ],
  };
  expect((await send(`POST ${PATH}`, several, front.admin)).status).toBe(409);
  expect((await send(`GET ${PATH}?protocol=gre`)).body.default_security_group_rules).toEqual([]);
  await send(`DELETE ${PATH}/${made.id}`, undefined, front.admin);
});

test('what is refused', async () => {
  expect((await add({ protocol: 'tcp' }, front.demo)).status).toBe(403);
  const [{ id }] = (await send(`GET ${PATH}`)).body.default_security_group_rules;
  expect((await send(`DELETE ${PATH}/${id}`)).status).toBe(403);
  const wrong = [
    { protocol: 'smoke' },
    { port_range_min: 1, port_range_max: 2 },
    { remote_group_id: id },
    { colour: 1 },
  ];
  for (const rule of [...wrong, { remote_group_id: 'PARENT', remote_ip_prefix: '10.0.0.0/8' }]) {
    expect((await add(rule)).status).toBe(400);
  }
  expect((await send(`GET ${PATH}?colour=red`)).status).toBe(400);
});
