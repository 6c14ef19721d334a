import type { PortRecord } from '#platform/directory/stores/ports.ts';
import type { RouterRecord } from '#platform/directory/stores/routers.ts';
import type { Seat } from './traced-port.ts';

export const routerOfMap = ({ id, name, gatewayNetworkId }: RouterRecord, ports: readonly PortRecord[]) => ({
  id,
  name,
  addresses: ports
    .filter(({ deviceId }) => deviceId === id)
    .flatMap(({ fixedIps }) => fixedIps.map(({ address }) => address)),
  leadsOutside: gatewayNetworkId !== null,
});

export const portOfMap = (port: PortRecord, deviceName: string | null, seat: Seat | null) => ({
  id: port.id,
  name: port.name,
  mac: port.mac,
  addresses: port.fixedIps.map(({ address }) => address),
  status: port.status,
  owner: port.deviceOwner,
  device: port.deviceId,
  deviceName,
  cell: seat?.cell ?? null,
  host: seat?.host?.name ?? null,
  problem: problemOf(seat),
});

function problemOf(seat: Seat | null): string | null {
  if (seat === null) return null;
  if (seat.host === null) return 'its host is not known';
  const { error, settled, up } = seat.host;
  if (error !== null) return error;
  if (!up) return 'the network agent of its host does not answer';
  return settled ? null : 'its host has not plugged it yet';
}
