import { randomUUID } from 'node:crypto';
import type { Directory } from '#platform/directory/directory.ts';
import { addRule, removeRule } from '#platform/directory/stores/add-security-group-rule.ts';
import {
  createSecurityGroup,
  deleteSecurityGroup,
  lockSecurityGroup,
} from '#platform/directory/stores/change-security-groups.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { deleteNetwork, insertNetworks, lockNetwork, updateNetwork } from '#platform/directory/stores/networks.ts';
import {
  announcePortsOf,
  deletePorts,
  getPort,
  insertPorts,
  randomMac,
  updatePort,
} from '#platform/directory/stores/ports.ts';
import { insertSubnet, lockSubnet, updateSubnet } from '#platform/directory/stores/subnets.ts';
import { announceSubportsOf } from '#platform/directory/stores/subports-of-servers.ts';
import { timestamp } from '#platform/time/clock.ts';
import { aBuild } from '../../../support/a-build.ts';
import { setHome } from '../../../support/set-home.ts';

import { routersOf } from './router-world.ts';
import { trunksOf } from './trunk-world.ts';

const ADMIN = { projectId: 'project', isAdmin: true };
const now = timestamp(Date.now());

/** Changes of a directory that definitions are made from, as the API and the super-conductor make them. */
export function definitionWorld(directory: Directory) {
  const within = <R>(work: (tx: Parameters<Parameters<Directory['transaction']>[0]>[0]) => Promise<R>) =>
    directory.transaction(work);
  let addresses = 0;
  let segments = 0;
  return {
    group: async (): Promise<string> => {
      const given = { projectId: 'project', name: randomUUID(), description: '', stateful: true };
      return (await within((tx) => createSecurityGroup(tx, given, now))).id;
    },
    deleteGroup: (id: string) => within(async (tx) => deleteSecurityGroup(tx, await lockSecurityGroup(tx, ADMIN, id))),
    rule: (groupId: string, remoteGroupId: string | null, port: number) =>
      within(async (tx) => {
        const content = { direction: 'ingress', ethertype: 'IPv4', protocol: 'tcp', remoteIpPrefix: null } as const;
        const rest = { portMin: port, portMax: port, remoteGroupId, remoteAddressGroupId: null, description: '' };
        return (await addRule(tx, ADMIN, { id: groupId, projectId: 'project' }, { ...content, ...rest }, now)).id;
      }),
    removeRule: (id: string) => within((tx) => removeRule(tx, ADMIN, id, now)),
    /** A server that no cell has yet. */
    server: async (): Promise<string> => {
      const build = aBuild();
      await within((tx) => acceptBuilds(tx, [build], Date.now()));
      return build.uuid;
    },
    homeOf: (uuid: string, cellId: string) =>
      within((tx) => setHome(tx, uuid, { state: 'placed', cell_id: cellId }, Date.now())),
    move: (uuid: string, cellId: string) =>
      within(async (tx) => {
        await setHome(tx, uuid, { cell_id: cellId }, Date.now());
        await announcePortsOf(tx, uuid);
        await announceSubportsOf(tx, uuid);
      }),
    port: async (uuid: string, groupIds: readonly string[], networkId: string = randomUUID()): Promise<string> => {
      const id = randomUUID();
      addresses += 1;
      const port = {
        ...{ id, networkId, projectId: 'project', name: '', description: '', mac: randomMac() },
        ...{ adminStateUp: true, deviceId: uuid, deviceOwner: 'compute:nova', status: 'ACTIVE', dnsName: '' },
        ...{ portSecurityEnabled: true, madeForDevice: true, createdAt: now, updatedAt: now, revision: 1 },
        fixedIps: [{ subnetId: randomUUID(), address: `10.0.${addresses >> 8}.${addresses & 255}` }],
        securityGroupIds: groupIds,
        tags: [],
      };
      await within((tx) => insertPorts(tx, [port]));
      return id;
    },
    regroup: (id: string, securityGroupIds: readonly string[]) =>
      within(async (tx) => updatePort(tx, await getPort(tx, ADMIN, id), { securityGroupIds })),
    deletePort: (id: string) => within((tx) => deletePorts(tx, [id])),
    network: async (): Promise<string> => {
      const id = randomUUID();
      const network = {
        ...{ id, projectId: 'project', name: '', description: '', adminStateUp: true, shared: false },
        ...({
          external: false,
          mtu: 1500,
          segmentType: 'vxlan',
          physicalNetwork: '',
          dnsDomain: '',
          portSecurityEnabled: true,
          qosPolicyId: null,
        } as const),
        ...{ tags: [], createdAt: now, updatedAt: now, revision: 1 },
        segmentId: ++segments,
      };
      await within((tx) => insertNetworks(tx, [network]));
      return id;
    },
    changeNetwork: (id: string, mtu: number) =>
      within(async (tx) => updateNetwork(tx, await lockNetwork(tx, ADMIN, id), { mtu })),
    subnet: async (networkId: string): Promise<string> => {
      const id = randomUUID();
      const subnet = {
        ...{ id, networkId, projectId: 'project', name: '', description: '', cidr: '10.0.0.0/16' },
        ...({ ipVersion: 4, gatewayIp: '10.0.0.1', enableDhcp: true, serviceIp: null, subnetPoolId: null } as const),
        ...{ allocationPools: [], dnsNameservers: [], hostRoutes: [], tags: [] },
        ...{ createdAt: now, updatedAt: now, revision: 1 },
      };
      await within((tx) => insertSubnet(tx, subnet));
      return id;
    },
    nameServers: (id: string, dnsNameservers: readonly string[]) =>
      within(async (tx) => updateSubnet(tx, await lockSubnet(tx, ADMIN, id), { dnsNameservers, updatedAt: now })),
    deleteNetwork: (id: string) => within((tx) => deleteNetwork(tx, id)),
    ...routersOf(within),
    ...trunksOf(within),
  };
}
