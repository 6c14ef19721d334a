import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { VolvoxError } from '../errors/volvox-error.ts';
import { nullable, oneOf, Uuid } from './scalars.ts';

/**
 * A disk that a service keeps, attached to a guest: what stands between such a service and the hosts (decision 0029). The host connects to the
 * disk; the guest's process reaches the connection and nothing else.
 */

/** Disks of services that a guest can have at once; a machine of type q35 has no more ports. */
export const MAX_ATTACHED_DISKS = 8;

const Setting = Type.Union([Type.String({ maxLength: 4_096 }), Type.Number(), Type.Boolean()]);

/**
 * How a disk is reached. Hosts report the kinds that they can connect; each checks `data` by the schema of the kind. Cells and agents pass on
 * kinds that they do not know.
 */
const DiskConnection = Type.Object({
  kind: Type.String({ minLength: 1, maxLength: 64 }),
  data: Type.Record(Type.String({ maxLength: 64 }), Setting, { maxProperties: 32 }),
});
type DiskConnection = Static<typeof DiskConnection>;

const DISK_BUS_OF_SERVICES = ['virtio', 'scsi'] as const;

/** What a service asks for. `id`: its own name of the disk, which the guest reads as the serial number. */
export const NewAttachedDisk = Type.Object({
  id: Uuid,
  connection: DiskConnection,
  readOnly: Type.Boolean(),
  bus: oneOf(DISK_BUS_OF_SERVICES),
  /** The user's name for the disk in the metadata of the guest. */
  tag: nullable(Type.String({ minLength: 1, maxLength: 60 })),
});
export type NewAttachedDisk = Static<typeof NewAttachedDisk>;

/** `unit`: the cell's choice. The place of the disk in the machine follows from it, the same on each host and for as long as it is attached. */
export const AttachedDisk = Type.Object({
  ...NewAttachedDisk.properties,
  unit: Type.Integer({ minimum: 0, maximum: MAX_ATTACHED_DISKS - 1 }),
});
export type AttachedDisk = Static<typeof AttachedDisk>;

/** A disk of the kind `nbd`: an export of a server that speaks NBD (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md). */
const NbdConnection = Type.Object({
  /** A host name or an address. */
  host: Type.String({ pattern: '^[0-9A-Za-z.:-]{1,253}$' }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  exportName: Type.String({ maxLength: 4_096 }),
});
export type NbdConnection = Static<typeof NbdConnection>;

const nbd = Compile(NbdConnection);

/** The kinds that this release can connect, as hosts report them (`capabilities.diskConnections`). */
export const DISK_CONNECTION_KINDS: readonly string[] = ['nbd'];

/** @throws VolvoxError unsupported for a kind that this release does not know; invalid for data that does not fit its kind. */
export function nbdConnectionOf({ id, connection }: Pick<AttachedDisk, 'id' | 'connection'>): NbdConnection {
  const { kind, data } = connection;
  if (kind !== 'nbd') throw unknownKind(id, connection, DISK_CONNECTION_KINDS);
  if (nbd.Check(data)) return data;
  const [first] = nbd.Errors(data);
  const where = first?.instancePath || '/';
  throw new VolvoxError('invalid', `The connection of disk ${id}: ${where} ${first?.message ?? 'is not valid'}.`);
}

/** @param known the kinds that can be connected. */
export const unknownKind = (id: string, { kind }: DiskConnection, known: readonly string[]): VolvoxError =>
  new VolvoxError(
    'unsupported',
    `Disk ${id} is reached by a connection of kind ${kind}, which the host cannot connect; it can connect ${known.join(', ') || 'none'}.`,
  );

/** The lowest unit that no disk has; null: there is none left. */
export function freeUnit(disks: readonly AttachedDisk[]): number | null {
  const used = new Set(disks.map(({ unit }) => unit));
  const free = Array.from({ length: MAX_ATTACHED_DISKS }, (_, unit) => unit).find((unit) => !used.has(unit));
  return free ?? null;
}
