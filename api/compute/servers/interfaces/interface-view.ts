import type { Port } from '#platform/objects/network.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';

const SINCE = since({ tag: 70 });

/** A port of a server. */
export const interfaceView = (port: Port, request: Pick<ApiRequest, 'version'>) => ({
  port_id: port.id,
  net_id: port.networkId,
  mac_addr: port.mac,
  port_state: 'ACTIVE',
  fixed_ips: port.fixedIps.map(({ subnetId, address }) => ({ subnet_id: subnetId, ip_address: address })),
  ...(SINCE.tag(request.version) ? { tag: port.tag } : {}),
});
