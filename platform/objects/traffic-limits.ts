import { type Static, Type } from 'typebox';
import { Count } from './scalars.ts';

/** Bytes or packets that pass each second, and how many more may pass at once. */
export const Rate = Type.Object({
  perSecond: Count,
  burst: Count,
  /** What no second exceeds, whatever the burst. Left out: the burst alone limits it. */
  peak: Type.Optional(Count),
});
export type Rate = Static<typeof Rate>;

/** Limits of a port. As in Neutron, ingress is what comes to the guest, and egress is what the guest sends. Left out: unlimited. */
export const TrafficLimits = Type.Object({
  ingress: Type.Optional(Rate),
  egress: Type.Optional(Rate),
  ingressPackets: Type.Optional(Rate),
  egressPackets: Type.Optional(Rate),
  /** What every packet of the guest is marked with (RFC 2474). Left out: packets keep their mark. */
  dscp: Type.Optional(Type.Integer({ minimum: 0, maximum: 63 })),
});
export type TrafficLimits = Static<typeof TrafficLimits>;
