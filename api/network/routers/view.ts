import type { PortRecord } from '#platform/directory/stores/ports.ts';
import type { RouterRecord } from '#platform/directory/stores/routers.ts';
import type { Authorizing } from '../../http/policy.ts';
import { visibleAttributes } from '../policy.ts';
import { standardView } from '../standard-attributes.ts';
import { SEES } from './policy.ts';

/** @param gatewayPorts those of these routers, and perhaps of others. */
export const routerView = (router: RouterRecord, gatewayPorts: readonly PortRecord[], caller: Authorizing) => ({
  ...standardView(router),
  admin_state_up: router.adminStateUp,
  status: 'ACTIVE',
  external_gateway_info: gatewayView(router, gatewayPorts),
  routes: router.routes,
  availability_zones: [],
  availability_zone_hints: [],
  flavor_id: null,
  ...visibleAttributes(SEES, caller, router.projectId, { distributed: true, ha: false }),
});

function gatewayView({ gatewayNetworkId, gatewayPortId, enableSnat }: RouterRecord, ports: readonly PortRecord[]) {
  if (gatewayNetworkId === null) return null;
  const port = ports.find(({ id }) => id === gatewayPortId);
  return {
    network_id: gatewayNetworkId,
    enable_snat: enableSnat,
    external_fixed_ips: (port?.fixedIps ?? []).map(({ subnetId, address }) => ({
      ...{ subnet_id: subnetId, ip_address: address },
    })),
  };
}

export const interfaceView = ({ id, projectId }: RouterRecord, port: PortRecord) => ({
  id,
  project_id: projectId,
  tenant_id: projectId,
  port_id: port.id,
  network_id: port.networkId,
  subnet_id: port.fixedIps[0]?.subnetId ?? '',
  subnet_ids: port.fixedIps.map(({ subnetId }) => subnetId),
});
