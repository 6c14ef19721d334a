import { insertNetworks } from '#platform/directory/stores/networks.ts';
import { insertPorts } from '#platform/directory/stores/ports.ts';
import { idOf } from '../../unit/scheduler/builders.ts';
import type { World } from './world.ts';

const AT = '2026-01-01T00:00:00.000Z';

/** A port that the directory gives to a server, on a network of its own. */
export async function aPortOf(world: World, uuid: string) {
  const rest = {
    projectId: 'project',
    name: '',
    description: '',
    adminStateUp: true,
    createdAt: AT,
    updatedAt: AT,
    revision: 1,
  };
  const network = {
    mtu: 1450,
    segmentType: 'flat' as const,
    physicalNetwork: null,
    segmentId: null,
    shared: false,
    external: false,
    tags: [],
  };
  const port = {
    id: idOf('attached'),
    networkId: idOf('network'),
    mac: 'fa:16:3e:00:00:01',
    fixedIps: [],
    securityGroupIds: [],
  };
  await world.directory.transaction(async (tx) => {
    await insertNetworks(tx, [
      { ...rest, ...network, portSecurityEnabled: true, dnsDomain: '', qosPolicyId: null, id: port.networkId },
    ]);
    const owner = { deviceId: uuid, deviceOwner: 'compute:nova', status: 'ACTIVE', dnsName: '' };
    await insertPorts(tx, [{ ...rest, ...port, ...owner, portSecurityEnabled: true, madeForDevice: true, tags: [] }]);
  });
  return port;
}
