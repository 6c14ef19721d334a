import { tapName } from '#platform/objects/network.ts';
import { tryCommand } from '../../../cell/agent/run-command.ts';
import { routerPart } from '../../../cell/network/names.ts';
import type { ReachNetwork, ReachServer } from '../../federation/reach/namespace-region.ts';
import type { Request } from './network-calls.ts';
import { addressOf, NOT_REACHED, type Plot, pings, REACHED } from './plot.ts';

/** Of all that rows make. */
export const ROW_NAME = /^row-/;

/** A change that can be made and taken back, again and again. */
export interface Swing {
  forth(): Promise<unknown>;
  back(): Promise<unknown>;
  /** What tells whether it is in effect: a guest, the machine outside, or the kernel of a host. */
  probe(): Promise<string>;
  readonly before: string;
  readonly after: string;
}

/** Two rows of the table: a change that is in progress when the fault strikes, and the way back. */
export interface NetworkRow {
  /** A section of the table. */
  readonly section: string;
  readonly forth: string;
  readonly back: string;
  prepare(plot: Plot): Promise<Swing>;
}

const ON: Pick<Swing, 'before' | 'after'> = { before: NOT_REACHED, after: REACHED };
const OFF: Pick<Swing, 'before' | 'after'> = { before: REACHED, after: NOT_REACHED };
/** Outside and inside, of a port forwarding. */
const PORTS = [2222, 22] as const;
/** Of an extra route and of a host route: nobody is there. */
const BEYOND = '172.29.0.0/16';

export const NETWORK_ROWS: readonly NetworkRow[] = [
  row('Routers', ['router made, with two interfaces', 'router deleted'], async (plot) => {
    const { left, right, near, far } = await twoNetworks(plot);
    let router = '';
    return {
      ...{ probe: () => pings(near, addressOf(far)), ...ON },
      forth: async () => {
        router = await plot.router();
        await plot.join(router, left);
        await plot.join(router, right);
      },
      back: async () => {
        await plot.part(router, left);
        await plot.part(router, right);
        await plot.ask({ operation: 'DELETE /v2.0/routers/{id}', path: { id: router } });
      },
    };
  }),
  row('Routers', ['interface added', 'interface removed'], async (plot) => {
    const { left, right, near, far } = await twoNetworks(plot);
    const router = await plot.router();
    await plot.join(router, left);
    return {
      ...{ probe: () => pings(near, addressOf(far)), ...ON },
      forth: () => plot.join(router, right),
      back: () => plot.part(router, right),
    };
  }),
  row('Routers', ['gateway set', 'gateway cleared'], async (plot) => {
    const { network, near } = await oneNetwork(plot);
    const router = await plot.router();
    await plot.join(router, network);
    return {
      ...{ probe: () => pings(near, plot.world.outside.address), ...ON },
      forth: () => plot.ask(change('routers', router, { router: plot.gateway() })),
      back: () => plot.ask(change('routers', router, { router: { external_gateway_info: null } })),
    };
  }),
  row('Routers', ['extra route set', 'extra route removed'], async (plot) => {
    const { network, near } = await oneNetwork(plot);
    const router = await plot.router();
    await plot.join(router, network);
    const set = (routes: readonly object[]) => plot.ask(change('routers', router, { router: { routes } }));
    const namespace = `${near.host.namespace}-rt${routerPart(router)}`;
    return {
      ...{ probe: () => routeIn(namespace), before: 'no route', after: BEYOND },
      forth: () => set([{ destination: BEYOND, nexthop: addressOf(near) }]),
      back: () => set([]),
    };
  }),
  row('Floating addresses', ['associated', 'dissociated'], async (plot) => {
    const { near } = await behindGateway(plot);
    const { id, address } = await plot.floating(null);
    return {
      ...{ probe: () => plot.outsidePings(address), ...ON },
      forth: () => plot.ask(associate(id, near)),
      back: () => plot.ask(associate(id, null)),
    };
  }),
  row('Floating addresses', ['moved to a port in the other cell', 'moved back'], async (plot) => {
    const { near, far } = await behindGateway(plot, 'far');
    const { id, address } = await plot.floating(near.portId);
    return {
      ...{ probe: () => answeringHost(plot, address), before: plot.near.name, after: plot.far.name },
      forth: () => plot.ask(associate(id, far)),
      back: () => plot.ask(associate(id, near)),
    };
  }),
  row('Floating addresses', ['made for a port', 'deleted'], async (plot) => {
    const { near } = await behindGateway(plot);
    let id = '';
    return {
      ...{ probe: () => plot.outsidePings(plot.floatingAddress), ...ON },
      forth: async () => {
        ({ id } = await plot.floating(near.portId));
      },
      back: () => plot.ask({ operation: 'DELETE /v2.0/floatingips/{id}', path: { id } }),
    };
  }),
  row('Floating addresses', ['port forwarding made', 'port forwarding deleted'], async (plot) => {
    const { near } = await behindGateway(plot);
    const { id, address } = await plot.floating(null);
    let forwarding = '';
    return {
      ...{ probe: () => plot.outsideConnects(address, PORTS[0]), ...ON },
      forth: async () => {
        forwarding = (await plot.ask(forward(id, near))).port_forwarding?.id ?? '';
      },
      back: () =>
        plot.ask({
          operation: 'DELETE /v2.0/floatingips/{id}/port_forwardings/{forwarding}',
          path: { id, forwarding },
        }),
    };
  }),
  row('Groups', ['rule added', 'rule removed'], async (plot) => {
    const group = await plot.group(null);
    const { near, far } = await pair(plot);
    let rule = '';
    return {
      ...{ probe: () => pings(far, addressOf(near)), ...ON },
      forth: async () => {
        rule = await plot.pingRule(group);
      },
      back: () => plot.ask({ operation: 'DELETE /v2.0/security-group-rules/{id}', path: { id: rule } }),
    };
  }),
  row('Groups', ['member of a remote group added', 'member removed'], async (plot) => {
    const members = await plot.group(null, 'members');
    const group = await plot.group({ remote_group_id: members });
    const { near, far } = await pair(plot);
    const set = (groups: readonly string[]) =>
      plot.ask(change('ports', far.portId, { port: { security_groups: groups } }));
    return {
      ...{ probe: () => pings(far, addressOf(near)), ...ON },
      forth: () => set([group, members]),
      back: () => set([group]),
    };
  }),
  row('Groups', ['address added to an address group', 'address removed'], async (plot) => {
    const addresses = await plot.addressGroup([]);
    await plot.group({ remote_address_group_id: addresses });
    const { near, far } = await pair(plot);
    return {
      ...{ probe: () => pings(far, addressOf(near)), ...ON },
      forth: () => plot.ask(changeAddresses('add', addresses, far)),
      back: () => plot.ask(changeAddresses('remove', addresses, far)),
    };
  }),
  row('Networks and subnets', ['name server set', 'name server removed'], async (plot) => {
    const { network, near } = await oneNetwork(plot);
    const set = (dns_nameservers: readonly string[]) => plot.ask(changeSubnet(network, { dns_nameservers }));
    return {
      ...{ probe: () => told(near, 'dns'), before: '', after: '192.0.2.53' },
      forth: () => set(['192.0.2.53']),
      back: () => set([]),
    };
  }),
  row('Networks and subnets', ['host route set', 'host route removed'], async (plot) => {
    const { network, near } = await oneNetwork(plot);
    const set = (host_routes: readonly object[]) => plot.ask(changeSubnet(network, { host_routes }));
    return {
      probe: async () => ((await told(near, 'staticroutes')).includes(BEYOND) ? 'told' : 'not told'),
      ...{ before: 'not told', after: 'told' },
      forth: () => set([{ destination: BEYOND, nexthop: addressOf(near) }]),
      back: () => set([]),
    };
  }),
  row('Networks and subnets', ['network switched off', 'network switched on'], async (plot) => {
    await plot.group();
    const { network, near, far } = await pair(plot);
    const set = (admin_state_up: boolean) => plot.ask(change('networks', network.id, { network: { admin_state_up } }));
    return {
      ...{ probe: () => pings(far, addressOf(near)), ...OFF },
      forth: () => set(false),
      back: () => set(true),
    };
  }),
  row('Ports and servers', ['port attached', 'port detached'], async (plot) => {
    const { network, near } = await oneNetwork(plot);
    const port = await plot.secondPort(network);
    const at = { api: 'compute' as const, path: { id: near.id } };
    return {
      ...{ probe: () => tapOn(near, port), before: 'none', after: 'plugged' },
      forth: () =>
        plot.ask({
          ...{ ...at, operation: 'POST /servers/{id}/os-interface' },
          body: { interfaceAttachment: { port_id: port } },
        }),
      back: () =>
        plot.ask({
          operation: 'DELETE /servers/{id}/os-interface/{port}',
          ...{ ...at, path: { id: near.id, port } },
        }),
    };
  }),
  row('Ports and servers', ['server of a remote group made', 'server deleted'], async (plot) => {
    const members = await plot.group(null, 'members');
    await plot.group({ remote_group_id: members });
    const { network, near } = await alone(plot);
    const imageRef = await plot.imageId();
    let id = '';
    return {
      probe: async () => `${await membersOn(near, members)}, ${await plot.passing()}`,
      ...{ before: '0 members, none', after: `1 members, ACTIVE on ${plot.far.name}` },
      forth: async () => {
        id = await plot.passingServer(network, { group: 'members', imageRef });
      },
      back: () => plot.ask({ api: 'compute', operation: 'DELETE /servers/{id}', path: { id } }),
    };
  }),
];

function row(section: string, [forth, back]: readonly [string, string], prepare: NetworkRow['prepare']): NetworkRow {
  return { section, forth, back, prepare };
}

async function oneNetwork(plot: Plot) {
  await plot.group();
  return await alone(plot);
}

/** A server in a network; the row has made its group. */
async function alone(plot: Plot) {
  const network = await plot.network();
  return { network, near: await plot.server('near', network) };
}

/** Two servers in one network; the row has made their group. */
async function pair(plot: Plot) {
  const network = await plot.network();
  const [near, far] = await Promise.all([plot.server('near', network), plot.server('far', network)]);
  return { network, near, far };
}

async function twoNetworks(plot: Plot) {
  await plot.group();
  const [left, right] = [await plot.network(), await plot.network()];
  const [near, far] = await Promise.all([plot.server('near', left), plot.server('far', right)]);
  return { left, right, near, far };
}

/** A server whose network a router leads outside; its group lets in everybody's pings and connections. */
async function behindGateway(plot: Plot, second?: 'far') {
  const group = await plot.group();
  await plot.ask({
    operation: 'POST /v2.0/security-group-rules',
    body: { security_group_rule: { security_group_id: group, direction: 'ingress', protocol: 'tcp' } },
  });
  const network = await plot.network();
  await plot.routerOutside(network);
  const [near, far] = await Promise.all([
    plot.server('near', network),
    second === undefined ? null : plot.server('far', network),
  ]);
  return { network, near, far: far ?? near };
}

const change = (collection: string, id: string, body: object): Request => ({
  operation: `PUT /v2.0/${collection}/{id}`,
  path: { id },
  body,
});

const changeSubnet = ({ subnets }: ReachNetwork, subnet: object): Request =>
  change('subnets', subnets[0]?.id ?? '', { subnet });

const associate = (id: string, server: ReachServer | null): Request =>
  change('floatingips', id, { floatingip: { port_id: server?.portId ?? null } });

const forward = (id: string, server: ReachServer): Request => ({
  operation: 'POST /v2.0/floatingips/{id}/port_forwardings',
  path: { id },
  body: {
    port_forwarding: {
      ...{ protocol: 'tcp', internal_port_id: server.portId, internal_ip_address: addressOf(server) },
      ...{ external_port: PORTS[0], internal_port: PORTS[1] },
    },
  },
});

const changeAddresses = (verb: 'add' | 'remove', id: string, server: ReachServer): Request => ({
  operation: `PUT /v2.0/address-groups/{id}/${verb}_addresses`,
  path: { id },
  body: { addresses: [`${addressOf(server)}/32`] },
});

/** What a DHCP client is told. */
async function told(server: ReachServer, name: string): Promise<string> {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(await server.dhcp())?.[1] ?? '';
}

async function routeIn(namespace: string): Promise<string> {
  const { stdout } = await tryCommand('ip', ['-n', namespace, 'route', 'show', BEYOND]);
  return stdout.split(' ')[0] || 'no route';
}

/** The host to which a floating address leads, when a guest there answers. */
async function answeringHost(plot: Plot, address: string): Promise<string> {
  if ((await plot.outsidePings(address)) === NOT_REACHED) return 'none';
  for (const { name, namespace } of [plot.near, plot.far]) {
    const { stdout } = await tryCommand('ip', ['-n', `${namespace}-outside`, 'route', 'show', address]);
    if (stdout !== '') return name;
  }
  return 'none';
}

async function tapOn({ host }: ReachServer, portId: string): Promise<string> {
  const { status } = await tryCommand('ip', ['-n', host.namespace, 'link', 'show', 'dev', tapName(portId)]);
  return status === 0 ? 'plugged' : 'none';
}

async function membersOn({ host }: ReachServer, groupId: string): Promise<string> {
  const list = ['nft', '-j', 'list', 'set', 'inet', 'volvox-groups', `m4-${groupId}`];
  const { stdout } = await tryCommand('ip', ['netns', 'exec', host.namespace, ...list]);
  const listed = JSON.parse(stdout || '{"nftables":[]}') as { nftables: { set?: { elem?: readonly string[] } }[] };
  return `${listed.nftables.flatMap(({ set }) => set?.elem ?? []).length} members`;
}
