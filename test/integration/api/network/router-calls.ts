import { expect } from 'vitest';
import type { useFrontApp } from '../use-front-app.ts';

interface Answer {
  readonly status: number;
  readonly body: { readonly NeutronError?: { readonly type: string } };
}

/** Calls of the Networking API about routers, as the demo user unless another token is given. */
export function routerCalls(front: ReturnType<typeof useFrontApp>) {
  const send = (what: string, body?: object, token = front.demo) =>
    front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });
  const typeOf = ({ status, body }: Answer) => [status, body.NeutronError?.type];

  /** A network with one subnet. */
  const aSubnet = async (
    subnet: object,
    { network = {}, token = front.demo } = {},
  ): Promise<{ id: string; network_id: string }> => {
    const made = await send('POST networks', { network }, token);
    const asked = { network_id: made.body.network.id, ip_version: 4, ...subnet };
    const answer = await send('POST subnets', { subnet: asked }, token);
    expect(answer.status).toBe(201);
    return answer.body.subnet;
  };
  let externals = 0;
  /** Of an external network, each with a range of its own: 203.0.1.0/24, 203.0.2.0/24. */
  const outside = async () => {
    externals++;
    const cidr = `203.0.${externals}.0/24`;
    const subnet = await aSubnet({ cidr }, { network: { 'router:external': true }, token: front.admin });
    return { ...subnet, address: (last: number) => `203.0.${externals}.${last}` };
  };
  const aRouter = async (router: object = {}, token = front.demo): Promise<string> => {
    const made = await send('POST routers', { router }, token);
    expect(made.status).toBe(201);
    return made.body.router.id;
  };
  const join = (id: string, given: object, token = front.demo) =>
    send(`PUT routers/${id}/add_router_interface`, given, token);
  const part = (id: string, given: object) => send(`PUT routers/${id}/remove_router_interface`, given);
  /** The demo user's project may have as many as it likes. */
  const withoutQuotas = async (): Promise<void> => {
    const { body } = await send('POST security-groups', { security_group: { name: 'whose' } });
    const { id, project_id } = body.security_group;
    await send(`DELETE security-groups/${id}`);
    const quota = { network: -1, subnet: -1, port: -1, router: -1 };
    expect((await send(`PUT quotas/${project_id}`, { quota }, front.admin)).status).toBe(200);
  };
  return { send, typeOf, aSubnet, outside, aRouter, join, part, withoutQuotas };
}
