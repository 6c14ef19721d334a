import { type Static, Type } from 'typebox';
import { AgentError } from './agent-error.ts';
import { Network, Port } from './network.ts';
import { Count, nullable, Uuid } from './scalars.ts';
import { TrafficLimits } from './traffic-limits.ts';

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
  /** Of a subport: the port on whose tap its frames come, with this tag. Left out: it has a tap of its own. */
  parent: Type.Optional(Type.Object({ portId: Uuid, segmentationId: Type.Integer({ minimum: 1, maximum: 4094 }) })),
  /** Of the flavor of its server. Left out: none. */
  limits: Type.Optional(TrafficLimits),
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

/** A port on a host, for people who look for it. */
export const PortOnHost = Type.Object({
  portId: Uuid,
  hostName: Type.String(),
  /** The network agent of the host answers. */
  up: Type.Boolean(),
  enforcesGroups: Type.Boolean(),
  /** The agent has built what the port needs. */
  settled: Type.Boolean(),
  /** Why it could not, as last reported. */
  error: nullable(Type.String()),
  /** Whether the host gives subports their tags. Left out: it has not said. */
  tagsFrames: Type.Optional(Type.Boolean()),
});
export type PortOnHost = Static<typeof PortOnHost>;
