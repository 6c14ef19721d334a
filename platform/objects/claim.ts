import { type Static, Type } from 'typebox';
import { HostDevices } from './host-device.ts';
import { Resources } from './resources.ts';
import { Count, nullable, Uuid } from './scalars.ts';

/** The capacity of a host that is reserved for one guest of an instance. An instance that moves has one on each of its hosts. */
export const Claim = Type.Object({
  guestId: Uuid,
  hostId: Uuid,
  instanceUuid: Uuid,
  resources: Resources,
  /** Host CPUs of its own, in addition. Absent: none. */
  dedicatedCpus: Type.Optional(Count),
  /** Devices of its own. Absent: none. */
  devices: Type.Optional(HostDevices),
  /** Of the instance's row, which grows with every change of the instance; 0 while its row has not arrived. */
  instanceVersion: Count,
});
export type Claim = Static<typeof Claim>;

/** Every condition that is given must hold. */
export const ClaimFilter = Type.Object({
  hostId: Type.Optional(Uuid),
  instanceUuids: Type.Optional(Type.Array(Uuid, { maxItems: 1_000 })),
});
export type ClaimFilter = Static<typeof ClaimFilter>;

/** The most claims of one page. */
export const MAX_CLAIMS = 1_000;

/** A page of claims by guest; `after` is exclusive. */
export const ClaimPage = Type.Object({
  filter: ClaimFilter,
  after: nullable(Uuid),
  limit: Type.Integer({ minimum: 1, maximum: MAX_CLAIMS }),
});
export type ClaimPage = Static<typeof ClaimPage>;
