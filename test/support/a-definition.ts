import { randomUUID } from 'node:crypto';
import type { AgentDefinitions, AgentKnows } from '#platform/contracts/agent-definitions.ts';
import type {
  GroupDefinition,
  GroupRule,
  NetworkDefinition,
  PortDefinition,
  RouterDefinition,
} from '#platform/objects/definitions.ts';
import { aNetwork } from './a-network.ts';

export const aRule = (remoteGroupId: string | null): GroupRule => ({
  ...{ direction: 'ingress', ethertype: 'IPv4', protocol: 'tcp', portMin: 80, portMax: 80 },
  ...{ remoteIpPrefix: null, remoteGroupId },
});

/** A group with a rule for everybody, and one for each of these groups. */
export const aGroup = (id: string, generation: number, remotes: readonly string[] = []): GroupDefinition => ({
  ...{ kind: 'group', id, generation },
  rules: [aRule(null), ...remotes.map(aRule)],
});

export const aPort = (
  id: string,
  generation: number,
  groupIds: readonly string[],
  address = '10.0.0.1',
): PortDefinition => ({
  ...{ kind: 'port', id, generation, portSecurity: true },
  groupIds: [...groupIds],
  addresses: [address],
});

export const aNetworkDefinition = (id: string, generation: number, mtu = 1500): NetworkDefinition => ({
  ...{ kind: 'network', id, generation },
  network: { ...aNetwork(), id, mtu },
});

/** A router with an interface in each of these networks. */
export const aRouter = (
  id: string,
  generation: number,
  networkIds: readonly string[],
  gateway: string | null = null,
): RouterDefinition => ({
  ...{ kind: 'router', id, generation, enabled: true, routes: [], floating: [], forwardings: [] },
  interfaces: networkIds.map((networkId) => ({
    ...{ portId: randomUUID(), networkId, mac: 'fa:16:3e:00:00:02' },
    addresses: [{ subnetId: randomUUID(), address: '10.0.0.1' }],
  })),
  gateway: gateway === null ? null : { networkId: gateway, addresses: [], snat: true },
});

export const KNOWS_NOTHING: AgentKnows = { networks: [], routers: [], groups: [], remotes: [] };

/** An answer to an agent that needs nothing. */
export const NOTHING_TOLD: AgentDefinitions = {
  ...{ version: 0, networks: [], routers: [], ports: [], groups: [], remotes: [], more: false },
};
