import { type Static, Type } from 'typebox';
import { AttachedDisk, MAX_ATTACHED_DISKS } from './attached-disk.ts';
import { BlockDevice, InjectedFile } from './block-device.ts';
import { Flavor } from './flavor.ts';
import { Image } from './image.ts';
import { JsonValue } from './json-value.ts';
import { Network, Port } from './network.ts';
import { Count, Name, nullable, StringMap, Timestamp, Uuid } from './scalars.ts';

/**
 * Everything a cell needs to make and keep an instance. The api writes it in the accepting transaction; the super-conductor
 * hands it to a cell unchanged; the cell keeps it, and never asks the global tier for a part of it.
 */
export const InstanceBuild = Type.Object({
  uuid: Uuid,
  projectId: Type.String(),
  userId: Type.String(),
  name: Name,
  description: nullable(Type.String()),
  hostname: Type.String(),
  flavor: Flavor,
  image: Image,
  keyPair: nullable(
    Type.Object({ name: Type.String(), publicKey: Type.String(), type: Type.String(), fingerprint: Type.String() }),
  ),
  /** Base64, as the user gave it. */
  userData: nullable(Type.String()),
  /** Files for the guest (`personality`, until 2.56). Absent: none. Lists of servers leave them out, as they do user data. */
  injectedFiles: Type.Optional(Type.Array(InjectedFile)),
  metadata: StringMap,
  tags: Type.Array(Type.String()),
  configDrive: Type.Boolean(),
  accessIpV4: nullable(Type.String()),
  accessIpV6: nullable(Type.String()),
  diskConfig: Type.Union([Type.Literal('AUTO'), Type.Literal('MANUAL')]),
  /** Asked for by the user; null lets any zone do. */
  availabilityZone: nullable(Type.String()),
  /** Ids of certificates that image signatures are to be checked with, as the user gave them (microversion 2.63). */
  trustedImageCertificates: Type.Optional(nullable(Type.Array(Type.String()))),
  /** `host` and `node` that an admin forced or asked for (`az:host:node`, or 2.74's host). */
  requestedHost: nullable(Type.String()),
  securityGroups: Type.Array(Type.Object({ id: Uuid, name: Type.String() })),
  /** The disks that the request asked for, with those of the flavor. Absent: those of the flavor. */
  blockDevices: Type.Optional(Type.Array(BlockDevice)),
  /** The disks of services that the server has. Absent: none. */
  attachedDisks: Type.Optional(Type.Array(AttachedDisk, { maxItems: MAX_ATTACHED_DISKS })),
  reservationId: Type.String(),
  launchIndex: Count,
  schedulerHints: Type.Record(Type.String(), JsonValue),
  serverGroup: nullable(
    Type.Object({
      id: Uuid,
      name: Type.String(),
      policy: Type.String(),
      maxServerPerHost: Type.Integer({ minimum: 1 }),
    }),
  ),
  networks: Type.Array(Network),
  ports: Type.Array(Port),
  createdAt: Timestamp,
  requestId: Type.String(),
});
export type InstanceBuild = Static<typeof InstanceBuild>;
