import { expect } from 'vitest';
import type { useFrontApp } from '../use-front-app.ts';

type Front = ReturnType<typeof useFrontApp>;
interface Body {
  readonly [noun: string]: { readonly [member: string]: never };
}
interface Answered {
  readonly status: number;
  readonly body: { NeutronError?: { type: string; message: string } };
}

/** The outside, a router of the project `demo` and a network behind it. */
export interface Setting {
  readonly outside: {
    readonly id: string;
    readonly network_id: string;
    /** The address of its subnet that ends with this number. */
    readonly address: (last: number) => string;
  };
  readonly inside: { readonly id: string; readonly network_id: string };
  readonly routerId: string;
}

/** Requests about floating addresses, and what they need. */
export function floatingCalls(front: Front) {
  const send = (what: string, body?: object, token = front.demo) =>
    front.send(what.replace(' ', ' /network/v2.0/'), { token, ...(body === undefined ? {} : { body }) });
  const made = async (what: string, body: Body | object, token = front.demo) => {
    const answer = await send(`POST ${what}`, body, token);
    expect([answer.status, answer.body]).toMatchObject([201, {}]);
    return answer.body;
  };
  const aSubnet = async (cidr: string, network: object, token = front.demo, subnet: object = {}) => {
    const { network: on } = await made('networks', { network }, token);
    const asked = { network_id: on.id, ip_version: 4, cidr, ...subnet };
    return (await made('subnets', { subnet: asked }, token)).subnet as Setting['inside'];
  };
  let externals = 0;
  /** Each external network has a range of its own: 203.0.1.0/24, 203.0.2.0/24. */
  const aSetting = async (pool?: readonly [number, number]): Promise<Setting> => {
    externals++;
    const range = `203.0.${externals}`;
    const subnet = await aSubnet(
      `${range}.0/24`,
      { 'router:external': true },
      front.admin,
      pool === undefined ? {} : { allocation_pools: [{ start: `${range}.${pool[0]}`, end: `${range}.${pool[1]}` }] },
    );
    const outside = { ...subnet, address: (last: number) => `${range}.${last}` };
    const inside = await aSubnet('10.1.0.0/24', {});
    const router = { external_gateway_info: { network_id: outside.network_id } };
    const { id: routerId } = (await made('routers', { router })).router;
    expect((await send(`PUT routers/${routerId}/add_router_interface`, { subnet_id: inside.id })).status).toBe(200);
    return { outside, inside, routerId };
  };
  const aPort = async (network_id: string, port: object = {}, token = front.demo) =>
    (await made('ports', { port: { network_id, ...port } }, token)).port as {
      id: string;
      mac_address: string;
      fixed_ips: { subnet_id: string; ip_address: string }[];
    };
  const take = async (floatingip: object, token = front.demo) =>
    (await made('floatingips', { floatingip }, token)).floatingip;
  const unlimited = async () => {
    const { projectId } = await front.deps.tokens.verify(front.demo);
    const quota = { network: -1, subnet: -1, port: -1, router: -1, floatingip: -1 };
    expect((await send(`PUT quotas/${projectId}`, { quota }, front.admin)).status).toBe(200);
    return projectId;
  };
  const generationOf = async (id: string): Promise<number> => {
    const row = front.directory.read.selectFrom('routers').select('generation').where('id', '=', id);
    return (await row.executeTakeFirstOrThrow()).generation;
  };
  return { send, aSubnet, aSetting, aPort, take, unlimited, generationOf };
}

export const typeOf = ({ status, body }: Answered) => [status, body.NeutronError?.type];
export const messageOf = ({ body }: Answered): string => body.NeutronError?.message ?? '';
