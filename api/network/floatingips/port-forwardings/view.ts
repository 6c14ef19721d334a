import { type PortForwardingRecord, portRange } from '#platform/directory/stores/port-forwardings.ts';

/** A single port, or null: a range. */
function single(text: string): number | null {
  const { min, max } = portRange(text);
  return min === max ? min : null;
}

/** As both views show the ports. */
export const portsView = ({ externalPorts, internalPorts, internalPortId }: PortForwardingRecord) => ({
  internal_port_id: internalPortId,
  internal_port: single(internalPorts),
  internal_port_range: internalPorts,
  external_port: single(externalPorts),
  external_port_range: externalPorts,
});

export const forwardingView = (forwarding: PortForwardingRecord) => ({
  id: forwarding.id,
  description: forwarding.description,
  protocol: forwarding.protocol,
  internal_ip_address: forwarding.internalAddress,
  ...portsView(forwarding),
});
