import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { resolveSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import { neededIn } from '../../../support/needed-in.ts';
import { useFrontApp } from '../use-front-app.ts';

/** Groups whose rules judge each packet. */
const front = useFrontApp();
const send = (what: string, body?: object, token = front.demo) =>
  front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });
const typeOf = ({ status, body }: { status: number; body: { NeutronError?: { type: string } } }) => [
  status,
  body?.NeutronError?.type,
];
const aGroup = async (stateful?: boolean) =>
  (
    await send('POST security-groups', {
      security_group: { name: 'g', ...(stateful === undefined ? {} : { stateful }) },
    })
  ).body.security_group;
const change = (id: string, security_group: object) => send(`PUT security-groups/${id}`, { security_group });

test('a stateless group is made, listed, and told to hosts as rules for packets', async () => {
  const [stateless, stateful] = [await aGroup(false), await aGroup()];
  expect([stateless.stateful, stateful.stateful]).toEqual([false, true]);
  const listed = async (kind: boolean) =>
    (await send(`GET security-groups?stateful=${kind}&fields=id`)).body.security_groups.map(
      ({ id }: { id: string }) => id,
    );
  expect(await listed(false)).toEqual([stateless.id]);
  expect(await listed(true)).toContain(stateful.id);
  const cell_id = randomUUID();
  const groups = [stateless, stateful].map(({ id }) => ({ port_id: randomUUID(), group_id: id, cell_id }));
  await front.directory.transaction((tx) => tx.insertInto('port_groups').values(groups).execute());
  const told = await neededIn(
    front.directory.read,
    cell_id,
    groups.map(({ group_id }) => ({ kind: 'group', id: group_id })),
  );
  const kinds = (id: string) =>
    told.flatMap((one) => (one.kind === 'group' && one.id === id ? one.rules.map((rule) => rule.stateless) : []));
  expect([kinds(stateless.id), kinds(stateful.id)]).toEqual([
    [true, true],
    [undefined, undefined],
  ]);
});

test('a group changes its kind while no port has it; a port has groups of one kind', async () => {
  const [stateless, stateful] = [(await aGroup(false)).id, (await aGroup()).id];
  const turned = await change(stateless, { stateful: true });
  expect(turned.body.security_group).toMatchObject({ stateful: true, revision_number: 2 });
  expect((await change(stateless, { stateful: false })).status).toBe(200);
  const { id: network_id, project_id } = (await send('POST networks', { network: {} })).body.network;
  const make = (security_groups: readonly string[]) => send('POST ports', { port: { network_id, security_groups } });
  const mixed = await make([stateless, stateful]);
  expect([...typeOf(mixed), mixed.body.NeutronError.message]).toEqual([
    ...[409, 'SecurityGroupConflict'],
    expect.stringContaining(stateless),
  ]);
  const port = (await make([stateless])).body.port.id;
  expect(typeOf(await change(stateless, { stateful: true }))).toEqual([409, 'SecurityGroupInUse']);
  expect((await change(stateless, { stateful: false, description: 'still' })).status).toBe(200);
  const update = (security_groups: readonly string[]) => send(`PUT ports/${port}`, { port: { security_groups } });
  expect(typeOf(await update([stateful, stateless]))).toEqual([409, 'SecurityGroupConflict']);
  expect((await update([stateful])).status).toBe(200);
  expect((await change(stateless, { stateful: true })).status).toBe(200);
  await change(stateless, { stateful: false });
  const asked = (names: readonly string[]) =>
    front.directory.transaction((tx) => resolveSecurityGroups(tx, project_id, names));
  await expect(asked([stateless, 'default'])).rejects.toMatchObject({ kind: 'conflict' });
  expect(await asked([stateless])).toMatchObject([{ id: stateless }]);
});
