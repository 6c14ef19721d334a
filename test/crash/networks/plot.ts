import { tryCommand } from '../../../cell/agent/run-command.ts';
import {
  makeNetwork,
  makeServer,
  type ReachHost,
  type ReachNetwork,
  type ReachServer,
} from '../../federation/reach/namespace-region.ts';
import { aGuest } from '../../integration/cell/network/a-guest.ts';
import { aTalker, type Talker } from '../../integration/cell/network/groups/a-talker.ts';
import { listServers } from '../../support/many-servers.ts';
import { insist, type Request } from './network-calls.ts';
import type { NetworkWorld } from './network-world.ts';

/** How long a request may find nobody who answers, ms. */
const RETRY_BUDGET_MS = 150_000;

/** What a row makes for itself: names and ranges of its own. */
export class Plot {
  readonly world: NetworkWorld;
  readonly name: string;
  /** A host of the first cell, and one of the second. */
  readonly near: ReachHost;
  readonly far: ReachHost;
  readonly #index: number;
  readonly #externalId: string;
  readonly servers: ReachServer[] = [];
  #networks = 0;

  constructor(world: NetworkWorld, name: string, index: number, externalId: string) {
    this.world = world;
    this.name = name;
    this.#index = index;
    this.#externalId = externalId;
    const [a1, a2, b1, b2] = world.hosts;
    [this.near, this.far] = index % 2 === 0 ? [a1, b2] : [a2, b1];
  }

  ask(request: Request) {
    return insist(this.world.region.admin, request, RETRY_BUDGET_MS);
  }

  async #make(kind: string, collection: string, content: object): Promise<string> {
    const answer = await this.ask({ operation: `POST /v2.0/${collection}`, body: { [kind]: content } });
    const id = answer[kind]?.id;
    if (id === undefined) throw new Error(`${this.name}: no ${kind} was made`);
    return id;
  }

  network(more: object = {}): Promise<ReachNetwork> {
    this.#networks += 1;
    const number = 2 * this.#index + this.#networks;
    return makeNetwork(this.world.region, `${this.name}-${this.#networks}`, [`10.90.${number}.0/24`], more);
  }

  /** A group that lets pings in: from everybody, or as its rule says; `null`: from nobody. */
  async group(from: object | null = {}, kind = 'group'): Promise<string> {
    const id = await this.#make('security_group', 'security-groups', { name: `${this.name}-${kind}` });
    if (from !== null) await this.pingRule(id, from);
    return id;
  }

  pingRule(groupId: string, from: object = {}): Promise<string> {
    return this.#make('security_group_rule', 'security-group-rules', pingsInto(groupId, from));
  }

  addressGroup(addresses: readonly string[]): Promise<string> {
    return this.#make('address_group', 'address-groups', { name: this.name, addresses });
  }

  /** A server; what answers for it comes with `plug`. */
  async server(where: 'near' | 'far', network: ReachNetwork, group = 'group'): Promise<ReachServer> {
    const made = await makeServer(this.world.region, {
      ...{ name: `${this.name}-${where}`, host: this[where], network },
      groups: [`${this.name}-${group}`],
    });
    const server: ReachServer = { ...({} as Talker), ...made };
    this.servers.push(server);
    return server;
  }

  /** Gives each server a namespace that answers for it. It speaks at once, since a floating address is where its guest speaks. */
  async plug(): Promise<void> {
    for (const server of this.servers) {
      const { binding, host } = server;
      Object.assign(server, await aTalker(binding, await aGuest(binding, host.namespace)));
      await server.run(...PING, binding.network.subnets[0]?.gatewayIp ?? '');
    }
  }

  async unplug(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop?.()));
  }

  secondPort({ id }: ReachNetwork): Promise<string> {
    return this.#make('port', 'ports', { network_id: id, name: `${this.name}-second` });
  }

  async imageId(): Promise<string> {
    const { images } = await this.world.region.admin.call('image', 'GET /v2/images', {
      query: { name: 'volvox-guest' },
    });
    return images[0]?.id ?? '';
  }

  /** A server that comes and goes, on the far host. */
  async passingServer({ id }: ReachNetwork, { group, imageRef }: { group: string; imageRef: string }): Promise<string> {
    const server = {
      ...{ name: `${this.name}-passing`, flavorRef: '1', imageRef },
      ...{ networks: [{ uuid: id, fixed_ip: this.#address(78) }], availability_zone: `nova:${this.far.name}` },
      security_groups: [{ name: `${this.name}-${group}` }],
    };
    const answer = await this.ask({ api: 'compute', operation: 'POST /servers', body: { server } });
    return answer.server?.id ?? '';
  }

  /** Of the server that comes and goes: `ACTIVE on cell-2-host`, `none`, or the words of its fault. */
  async passing(): Promise<string> {
    const all = [...(await listServers(this.world.region.admin)).values()];
    const server = all.find(({ name }) => name === `${this.name}-passing`);
    if (server === undefined) return 'none';
    return server.fault?.message ?? `${server.status} on ${server['OS-EXT-SRV-ATTR:host']}`;
  }

  #address(last: number): string {
    return `10.90.${2 * this.#index + 1}.${last}`;
  }

  get floatingAddress(): string {
    return this.world.floatingRange.replace('0/24', String(100 + this.#index));
  }

  router(more: object = {}): Promise<string> {
    return this.#make('router', 'routers', { name: this.name, ...more });
  }

  /** Always the same address. */
  gateway = (): object => ({
    external_gateway_info: {
      network_id: this.#externalId,
      external_fixed_ips: [{ ip_address: this.world.floatingRange.replace('0/24', String(50 + this.#index)) }],
    },
  });

  join(router: string, network: ReachNetwork) {
    return this.ask(interfaceOf(router, network, 'add'));
  }

  part(router: string, network: ReachNetwork) {
    return this.ask(interfaceOf(router, network, 'remove'));
  }

  /** A router that leads the networks outside. */
  async routerOutside(...networks: readonly ReachNetwork[]): Promise<string> {
    const router = await this.router(this.gateway());
    for (const network of networks) await this.join(router, network);
    return router;
  }

  /** Of one row, always the same address. */
  async floating(portId: string | null): Promise<{ id: string; address: string }> {
    const address = this.floatingAddress;
    const content = { floating_network_id: this.#externalId, port_id: portId, floating_ip_address: address };
    return { id: await this.#make('floatingip', 'floatingips', content), address };
  }

  /** Whether the machine outside gets an answer to a ping. */
  outsidePings(address: string): Promise<string> {
    return reached(tryCommand('ip', ['netns', 'exec', this.world.outside.name, ...PING, address]));
  }

  /** Whether a guest answers the machine outside at a port: that it refuses the connection is an answer. */
  async outsideConnects(address: string, port: number): Promise<string> {
    const connect = ['busybox', 'nc', '-w', '1', address, String(port)];
    const { stderr } = await tryCommand('ip', ['netns', 'exec', this.world.outside.name, ...connect]);
    return stderr.includes('refused') ? REACHED : NOT_REACHED;
  }
}

export const REACHED = 'reached';
export const NOT_REACHED = 'not reached';
const PING = ['busybox', 'ping', '-c', '1', '-W', '1'];

const reached = async (ping: Promise<{ status: number }>): Promise<string> =>
  (await ping).status === 0 ? REACHED : NOT_REACHED;

export const pings = (from: ReachServer, address: string): Promise<string> => reached(from.run(...PING, address));

export const addressOf = (server: ReachServer): string => server.addresses[0] ?? '';

const pingsInto = (groupId: string, from: object = {}): object => ({
  ...{ security_group_id: groupId, direction: 'ingress', ethertype: 'IPv4', protocol: 'icmp' },
  ...from,
});

const interfaceOf = (router: string, { subnets }: ReachNetwork, verb: 'add' | 'remove'): Request => ({
  operation: `PUT /v2.0/routers/{id}/${verb}_router_interface`,
  path: { id: router },
  body: { subnet_id: subnets[0]?.id },
});
