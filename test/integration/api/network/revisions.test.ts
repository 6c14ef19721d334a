import { beforeAll, expect, test } from 'vitest';
import { useFrontApp } from '../use-front-app.ts';

/** Revisions of what the Networking API has, and `If-Match`. */
const front = useFrontApp();

type Method = 'POST' | 'GET' | 'PUT' | 'DELETE';
const send = (method: Method, path: string, body?: object, match?: string) =>
  front.send(`${method} /network/v2.0/${path}`, {
    token: front.demo,
    ...(body === undefined ? {} : { body }),
    ...(match === undefined ? {} : { headers: { 'if-match': match } }),
  });

const ids: Record<string, string> = {};
/** Their paths and the names of their bodies, those that others need last: they are deleted in this order. */
const NOUNS = [
  ['ports', 'port'],
  ['subnets', 'subnet'],
  ['networks', 'network'],
  ['security-groups', 'security_group'],
] as const;
const pathOf = (noun: string) => `${noun}/${ids[noun]}`;
const revisionOf = async (noun: string, one: string): Promise<number> =>
  (await send('GET', pathOf(noun))).body[one].revision_number;

beforeAll(async () => {
  const made = async (noun: string, one: string, item: object) => {
    ids[noun] = (await send('POST', noun, { [one]: item })).body[one].id;
    return ids[noun];
  };
  const network_id = await made('networks', 'network', { name: 'n' });
  await made('subnets', 'subnet', { network_id, ip_version: 4, cidr: '10.0.0.0/24' });
  await made('ports', 'port', { network_id });
  const security_group_id = await made('security-groups', 'security_group', { name: 'g' });
  await made('security-group-rules', 'security_group_rule', { security_group_id, direction: 'ingress' });
});

test.each(NOUNS)('%s: a change of another revision than the present one is refused with 412', async (noun, one) => {
  const revision = await revisionOf(noun, one);
  const change = { [one]: { name: 'changed' } };
  const late = await send('PUT', pathOf(noun), change, `revision_number=${revision - 1}`);
  expect([late.status, late.body.NeutronError]).toMatchObject([
    412,
    {
      type: 'RevisionNumberConstraintFailed',
      message: `Constrained to ${revision - 1}, but current revision is ${revision}`,
    },
  ]);
  expect((await send('DELETE', pathOf(noun), undefined, `revision_number=${revision + 1}`)).status).toBe(412);
  expect((await send('GET', pathOf(noun))).body[one]).toMatchObject({ revision_number: revision });
  const right = await send('PUT', pathOf(noun), change, `revision_number=${revision}`);
  expect([right.status, right.body[one]]).toMatchObject([200, { name: 'changed', revision_number: revision + 1 }]);
  for (const wrong of ['revision_number=x', '7', 'revision_number=-1']) {
    const answer = await send('PUT', pathOf(noun), change, wrong);
    expect([answer.status, answer.body.NeutronError.message]).toEqual([400, expect.stringContaining('If-Match')]);
  }
});

test.each(NOUNS)('%s: of changes at once that name one revision, one is made', async (noun, one) => {
  const match = `revision_number=${await revisionOf(noun, one)}`;
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, at) => send('PUT', pathOf(noun), { [one]: { name: `change ${at}` } }, match)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
});

test.each(NOUNS)('%s: changes at once without a revision are all made', async (noun, one) => {
  const before = await revisionOf(noun, one);
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, at) => send('PUT', pathOf(noun), { [one]: { description: `change ${at}` } })),
  );
  expect(answers.map(({ status }) => status)).toEqual(new Array(6).fill(200));
  expect(await revisionOf(noun, one)).toBe(before + 6);
});

test('a network has a new revision after each change of its subnets', async () => {
  const revision = () => revisionOf('networks', 'network');
  const before = await revision();
  const subnet = { network_id: ids.networks, ip_version: 4, cidr: '10.0.1.0/24' };
  const { id } = (await send('POST', 'subnets', { subnet })).body.subnet;
  expect(await revision()).toBe(before + 1);
  await send('PUT', `subnets/${id}`, { subnet: { name: 'other' } });
  expect(await revision()).toBe(before + 2);
  await send('DELETE', `subnets/${id}`);
  expect(await revision()).toBe(before + 3);
});

test('a port has a new revision after a change of its addresses', async () => {
  const before = await revisionOf('ports', 'port');
  await send('PUT', pathOf('ports'), { port: { fixed_ips: [{ ip_address: '10.0.0.77' }] } });
  expect(await revisionOf('ports', 'port')).toBe(before + 1);
});

test('a group has a new revision after a change of its rules, also when the group goes that a rule lets in', async () => {
  const revision = () => revisionOf('security-groups', 'security_group');
  const before = await revision();
  const other = (await send('POST', 'security-groups', { security_group: { name: 'other' } })).body.security_group.id;
  const rule = { security_group_id: ids['security-groups'], direction: 'ingress', remote_group_id: other };
  expect((await send('POST', 'security-group-rules', { security_group_rule: rule })).status).toBe(201);
  expect(await revision()).toBe(before + 1);
  expect((await send('DELETE', `security-groups/${other}`)).status).toBe(204);
  expect(await revision()).toBe(before + 2);
  const path = pathOf('security-group-rules');
  const shown = (await send('GET', path)).body.security_group_rule.revision_number;
  expect((await send('DELETE', path, undefined, `revision_number=${shown + 1}`)).status).toBe(412);
  expect((await send('DELETE', path, undefined, `revision_number=${shown}`)).status).toBe(204);
  expect(await revision()).toBe(before + 3);
});

test('each is deleted at its revision', async () => {
  for (const [noun, one] of NOUNS) {
    const revision = await revisionOf(noun, one);
    expect((await send('DELETE', pathOf(noun), undefined, `revision_number=${revision + 1}`)).status).toBe(412);
    expect((await send('DELETE', pathOf(noun), undefined, `revision_number=${revision}`)).status).toBe(204);
  }
});
