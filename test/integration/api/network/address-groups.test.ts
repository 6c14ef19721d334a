import { beforeAll, expect, test } from 'vitest';
import { neededIn } from '../../../support/needed-in.ts';
import { useFrontApp } from '../use-front-app.ts';

/** Address groups, and rules of security groups that name one as remote. */
const front = useFrontApp();

const send = (path: string, body?: object, token = front.demo) => {
  const [method, last] = path.split(' ');
  return front.send(`${method} /network/v2.0/${last}`, { token, ...(body === undefined ? {} : { body }) });
};
const make = async (address_group: object) => (await send('POST address-groups', { address_group })).body.address_group;
const typeOf = ({ status, body }: { status: number; body: { NeutronError?: { type: string } } }) => [
  status,
  body.NeutronError?.type,
];
let securityGroup: string;
const addRule = (rule: object) =>
  send('POST security-group-rules', {
    security_group_rule: { security_group_id: securityGroup, direction: 'ingress', ...rule },
  });
const revisionOf = async () => (await send(`GET security-groups/${securityGroup}`)).body.security_group.revision_number;

beforeAll(async () => {
  securityGroup = (await send('POST security-groups', { security_group: { name: 'g' } })).body.security_group.id;
});

test('a group: made, shown, listed, changed, deleted; each address once, in canonical form', async () => {
  const made = await make({ name: 'a', addresses: ['10.1.2.3/8', '10.0.0.0/8', '192.0.2.1', 'FD00::1'] });
  expect(made).toMatchObject({
    name: 'a',
    addresses: ['10.0.0.0/8', '192.0.2.1/32', 'fd00::1/128'],
    revision_number: 0,
  });
  const path = `address-groups/${made.id}`;
  const added = await send(`PUT ${path}/add_addresses`, { addresses: ['198.51.100.0/24'] });
  expect(added.body.address_group).toMatchObject({ addresses: [...made.addresses, '198.51.100.0/24'] });
  const removed = await send(`PUT ${path}/remove_addresses`, { addresses: ['10.9.9.9/8', '192.0.2.1'] });
  expect(removed.body.address_group.addresses).toEqual(['fd00::1/128', '198.51.100.0/24']);
  const renamed = await send(`PUT ${path}`, { address_group: { name: 'b' } });
  expect(renamed.body.address_group).toMatchObject({ name: 'b', revision_number: 3 });
  expect((await send(`GET ${path}`)).body).toEqual(renamed.body);
  expect((await send('GET address-groups?name=b&fields=id')).body.address_groups).toEqual([{ id: made.id }]);
  expect((await send(`DELETE ${path}`)).status).toBe(204);
  expect(typeOf(await send(`GET ${path}`))).toEqual([404, 'AddressGroupNotFound']);
});

test('what is refused', async () => {
  const { id } = await make({ addresses: ['10.0.0.0/8'] });
  const path = `address-groups/${id}`;
  const again = await send(`PUT ${path}/add_addresses`, { addresses: ['10.5.0.0/8'] });
  expect(typeOf(again)).toEqual([400, 'AddressesAlreadyExist']);
  const missing = await send(`PUT ${path}/remove_addresses`, { addresses: ['10.0.0.0/8', '11.0.0.0/8'] });
  expect(typeOf(missing)).toEqual([404, 'AddressesNotFound']);
  for (const addresses of [['x'], ['10.0.0.0/33'], [7], 'x']) {
    expect((await send('POST address-groups', { address_group: { addresses } })).status).toBe(400);
    expect((await send(`PUT ${path}/add_addresses`, { addresses })).status).toBe(400);
  }
  const many = Array.from({ length: 256 }, (_, at) => `172.16.0.${at}`);
  expect((await send(`PUT ${path}/add_addresses`, { addresses: many })).status).toBe(400);
  expect((await send(`PUT ${path}`, { address_group: { addresses: [] } })).status).toBe(400);
  expect((await send('GET address-groups?colour=red')).status).toBe(400);
  expect((await send(`GET ${path}`)).body.address_group.addresses).toEqual(['10.0.0.0/8']);
  const stale = await front.send(`PUT /network/v2.0/${path}`, {
    token: front.demo,
    body: { address_group: { name: 'x' } },
    headers: { 'if-match': 'revision_number=7' },
  });
  expect(typeOf(stale)).toEqual([412, 'RevisionNumberConstraintFailed']);
});

test('another project does not learn of a group, nor name it in a rule', async () => {
  const { id } = await make({ name: 'own' });
  const path = `address-groups/${id}`;
  expect((await send(`GET ${path}`, undefined, front.outsider)).status).toBe(404);
  expect((await send('GET address-groups', undefined, front.outsider)).body.address_groups).toEqual([]);
  expect((await send(`PUT ${path}/add_addresses`, { addresses: ['10.0.0.0/8'] }, front.outsider)).status).toBe(404);
  expect((await send(`DELETE ${path}`, undefined, front.outsider)).status).toBe(404);
  expect((await send(`GET ${path}`, undefined, front.admin)).status).toBe(200);
  const theirs = (await send('POST security-groups', { security_group: {} }, front.outsider)).body.security_group.id;
  const rule = { security_group_id: theirs, direction: 'ingress', remote_address_group_id: id };
  const refused = await send('POST security-group-rules', { security_group_rule: rule }, front.outsider);
  expect(typeOf(refused)).toEqual([404, 'AddressGroupNotFound']);
});

test('groups are made all or none, and counted', async () => {
  const count = async () => (await send('GET address-groups')).body.address_groups.length;
  const before = await count();
  const groups = [{ name: 'good' }, { name: 'bad', addresses: ['x'] }];
  expect((await send('POST address-groups', { address_groups: groups })).status).toBe(400);
  expect(await count()).toBe(before);
  const { projectId } = await front.deps.tokens.verify(front.demo);
  await send(`PUT quotas/${projectId}`, { quota: { address_group: before + 1 } }, front.admin);
  const two = { address_groups: [{}, {}] };
  expect(typeOf(await send('POST address-groups', two))).toEqual([409, 'OverQuota']);
  expect((await send('POST address-groups', { address_groups: [{}] })).status).toBe(201);
  await send(`DELETE quotas/${projectId}`, undefined, front.admin);
});

test('a rule names a group; a change of its addresses is a change of the security group', async () => {
  const { id } = await make({ addresses: ['192.0.2.0/24', '198.51.100.0/24', '2001:db8::/32'] });
  const made = await addRule({ remote_address_group_id: id, protocol: 'tcp', port_range_min: 22, port_range_max: 22 });
  expect([made.status, made.body.security_group_rule]).toMatchObject([
    201,
    { remote_address_group_id: id, remote_group_id: null, remote_ip_prefix: null },
  ]);
  expect(typeOf(await addRule({ remote_address_group_id: id, remote_ip_prefix: '10.0.0.0/8' }))).toEqual([
    ...[400, 'SecurityGroupMultipleRemoteEntites'],
  ]);
  const listed = await send(`GET security-group-rules?remote_address_group_id=${id}`);
  expect(listed.body.security_group_rules).toEqual([made.body.security_group_rule]);
  expect(typeOf(await send(`DELETE address-groups/${id}`))).toEqual([409, 'AddressGroupInUse']);

  const before = await revisionOf();
  await send(`PUT address-groups/${id}`, { address_group: { name: 'no matter' } });
  expect(await revisionOf()).toBe(before);
  await send(`PUT address-groups/${id}/remove_addresses`, { addresses: ['198.51.100.0/24'] });
  expect(await revisionOf()).toBe(before + 1);
  await send(`PUT address-groups/${id}/add_addresses`, { addresses: ['203.0.113.7'] });
  expect(await revisionOf()).toBe(before + 2);

  const group = await front.directory.read
    .selectFrom('security_groups')
    .select('announced')
    .where('id', '=', securityGroup)
    .executeTakeFirst();
  expect(group).toEqual({ announced: 0 });
  await send(`DELETE security-group-rules/${made.body.security_group_rule.id}`);
  expect((await send(`DELETE address-groups/${id}`)).status).toBe(204);
});

test('hosts are told a rule for each address of its version, and none for a group without addresses', async () => {
  const { id } = await make({ addresses: ['192.0.2.0/24', '2001:db8::/32'] });
  const empty = (await make({})).id;
  await addRule({ remote_address_group_id: id });
  await addRule({ remote_address_group_id: id, ethertype: 'IPv6' });
  await addRule({ remote_address_group_id: empty });
  const cell = '11111111-2222-4333-8444-555555555555';
  const row = { port_id: cell, group_id: securityGroup, cell_id: cell };
  await front.directory.write.insertInto('port_groups').values(row).execute();
  const [told] = await neededIn(front.directory.read, cell, [{ kind: 'group', id: securityGroup }]);
  const incoming = told?.kind === 'group' ? told.rules.filter(({ direction }) => direction === 'ingress') : [];
  expect(incoming.map(({ ethertype, remoteIpPrefix }) => [ethertype, remoteIpPrefix]).sort()).toEqual([
    ['IPv4', '192.0.2.0/24'],
    ['IPv6', '2001:db8::/32'],
  ]);
});
