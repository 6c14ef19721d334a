import { type Static, Type } from 'typebox';
import { AgentError } from './agent-error.ts';
import { Network, Port } from './network.ts';
import { Count, nullable, Uuid } from './scalars.ts';

/** A port on a host: what its network agent should have plugged, and what it found. Generations as for guests. */
export const PORT_BINDING_VERSION = 1;
// 1: first form.
export const DesiredBinding = Type.Object({
  bindingId: Uuid,
  hostName: Type.String(),
  guestId: Uuid,
  instanceUuid: Uuid,
  epoch: Count,
  generation: Count,
  /** Plugged: tap, bridge, DHCP entry, routes. Otherwise nothing of it is left. */
  present: Type.Boolean(),
  port: Port,
  network: Network,
  /** For DHCP's name of the guest. */
  hostname: Type.String(),
});
export type DesiredBinding = Static<typeof DesiredBinding>;

export const ObservedBinding = Type.Object({
  bindingId: Uuid,
  hostName: Type.String(),
  generation: Count,
  present: Type.Boolean(),
  settled: Type.Boolean(),
  error: nullable(AgentError),
});
export type ObservedBinding = Static<typeof ObservedBinding>;
