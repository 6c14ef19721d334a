import { describe, expect, it } from 'vitest';
import { waitUntil } from '../support/wait-until.ts';
import { sendTo } from './send-to.ts';
import { useRegion } from './use-region.ts';

const { region, fixture } = useRegion();

async function send(what: string, body?: unknown, version = '2.35') {
  const request = what.replace(' ', ' /compute/v2.1');
  const { status, text } = await sendTo(region, fixture, request, { version, isAdmin: false, body });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
  return { status, body: (text === '' ? undefined : JSON.parse(text)) as any };
}

async function anActiveServer(rest: Record<string, unknown> = {}): Promise<string> {
  const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
  const server = { name: 'one', flavorRef: '1', imageRef, networks: 'auto', ...rest };
  const { body } = await send('POST /servers', { server }, '2.104');
  await waitUntil('the server to be active', async () => {
    const shown = (await send(`GET /servers/${body.server.id}`)).body.server;
    return shown.status === 'ACTIVE' ? shown : undefined;
  });
  return body.server.id;
}
const aGroup = async (name: string): Promise<string> =>
  (await send('POST /os-security-groups', { security_group: { name, description: name } })).body.security_group.id;
const act = (id: string, action: 'addSecurityGroup' | 'removeSecurityGroup', name: string, version = '2.104') =>
  send(`POST /servers/${id}/action`, { [action]: { name } }, version);
const names = (groups: readonly { name: string }[]) => groups.map(({ name }) => name).sort();

/** The groups of a server, in every place where they are said. */
async function groupsOf(id: string) {
  const { directory } = region;
  const shown = (await send(`GET /servers/${id}`)).body.server.security_groups;
  const { servers } = (await send('GET /servers/detail')).body;
  const listed = servers.find((one: { id: string }) => one.id === id).security_groups;
  const proxied = (await send(`GET /servers/${id}/os-security-groups`, undefined, '2.104')).body.security_groups;
  const ports = await directory.read.selectFrom('ports').selectAll().where('device_id', '=', id).execute();
  const instance = await region.deps.cells.all()[0]?.door.getInstance({ uuid: id });
  return {
    shown: names(shown),
    listed: names(listed),
    proxied: names(proxied),
    ids: proxied.map((one: { id: string }) => one.id).sort(),
    ports: ports.map((port) => [...JSON.parse(port.security_group_ids)].sort()),
    cell: instance?.ports.map(({ securityGroupIds }) => [...securityGroupIds].sort()),
  };
}

const all = (groups: readonly string[], ids: readonly string[]) => {
  const sorted = [...groups].sort();
  const inPorts = [[...ids].sort()];
  return { shown: sorted, listed: sorted, proxied: sorted, ids: inPorts[0], ports: inPorts, cell: inPorts };
};

describe('the security groups of a server', () => {
  it('are the same wherever they are said, after each change', async () => {
    const id = await anActiveServer();
    const [own] = (await groupsOf(id)).ids;
    expect(await groupsOf(id)).toEqual(all(['default'], [own]));
    const web = await aGroup('web');
    expect((await act(id, 'addSecurityGroup', 'web', '2.1')).status).toBe(202);
    expect(await groupsOf(id)).toEqual(all(['default', 'web'], [own, web]));
    expect((await act(id, 'addSecurityGroup', web)).status).toBe(202);
    expect(await groupsOf(id)).toEqual(all(['default', 'web'], [own, web]));

    const renamed = { security_group: { name: 'front', description: '' } };
    expect((await send(`PUT /os-security-groups/${web}`, renamed)).status).toBe(200);
    expect(await groupsOf(id)).toEqual(all(['default', 'front'], [own, web]));
    const put = await send(`PUT /servers/${id}`, { server: { name: 'two' } }, '2.104');
    expect(names(put.body.server.security_groups)).toEqual(['default', 'front']);

    const inUse = await send(`DELETE /os-security-groups/${web}`);
    expect([inUse.status, inUse.body.badRequest.message]).toEqual([
      400,
      expect.stringContaining(`Security Group ${web} in use. Take it from its ports first`),
    ]);
    expect((await act(id, 'removeSecurityGroup', 'front', '2.1')).status).toBe(202);
    expect((await act(id, 'removeSecurityGroup', 'default')).status).toBe(202);
    expect(await groupsOf(id)).toEqual(all([], []));
    expect((await act(id, 'removeSecurityGroup', 'front')).status).toBe(404);
    expect((await send(`DELETE /os-security-groups/${web}`)).status).toBe(202);
  });

  it('end as the directory says, when many change them at once', async () => {
    const id = await anActiveServer();
    const [own] = (await groupsOf(id)).ids;
    const made = await Promise.all(['a', 'b', 'c'].map(aGroup));
    const actions = made.flatMap((group, at) => [
      act(id, 'addSecurityGroup', group),
      ...(at === 0 ? [act(id, 'removeSecurityGroup', 'default')] : []),
    ]);
    expect((await Promise.all(actions)).map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(await groupsOf(id)).toEqual(all(['a', 'b', 'c'], made));
    expect(made).not.toContain(own);
    for (const group of made) await act(id, 'removeSecurityGroup', group);
  });

  it('are changed neither for others nor to what there is not', async () => {
    const id = await anActiveServer();
    const refusal = async (name: string, action: 'addSecurityGroup' | 'removeSecurityGroup' = 'addSecurityGroup') => {
      const { status, body } = await act(id, action, name);
      return [status, (Object.values(body)[0] as { message: string }).message];
    };
    expect(await refusal('nope')).toEqual([404, `Security group nope is not found for project ${fixture.projectId}`]);
    expect(await refusal('')).toEqual([400, expect.stringMatching(/addSecurityGroup\.name/)]);
    const [, twin] = [await aGroup('twin'), await aGroup('twin')];
    expect((await refusal('twin'))[0]).toBe(409);
    expect(await refusal(twin, 'removeSecurityGroup')).toEqual([
      404,
      `Security group ${twin} not associated with the instance ${id}`,
    ]);
    expect((await act('00000000-0000-4000-8000-000000000000', 'addSecurityGroup', 'default')).status).toBe(404);
    region.silence(true);
    expect((await act(id, 'addSecurityGroup', twin)).status).toBe(503);
    region.silence(false);
    expect((await groupsOf(id)).shown).toEqual(['default']);
  });

  it('are taken from the request that makes the server, by name or id', async () => {
    const twin = (await send('GET /os-security-groups')).body.security_groups.find(
      ({ name }: { name: string }) => name === 'twin',
    );
    const id = await anActiveServer({ security_groups: [{ name: twin.id }, { name: 'default' }] });
    expect((await groupsOf(id)).shown).toEqual(['default', 'twin']);
    const imageRef = fixture.values('glance.auto_disk_config_enabled_image.id');
    const server = { name: 'x', flavorRef: '1', imageRef, networks: 'auto', security_groups: [{ name: 'twin' }] };
    expect((await send('POST /servers', { server }, '2.104')).status).toBe(409);
  });
});
