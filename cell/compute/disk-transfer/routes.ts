/**
 * How agents ask each other for disks: `GET`, with the guest's disk ticket as bearer (platform/rpc/disk-ticket.ts).
 *
 *   /guest-data/<guestId>/disks                              → JSON, DiskManifest
 *   /guest-data/<guestId>/disks/<name>/blocks/<index>?version=<version of the manifest>
 *                                                            → 200 and the block, or 204: it is all zeros
 *   /guest-data/<guestId>/machine                            → JSON, OutgoingMachine; of a guest that is migrated live, in its cell
 */
export const DISKS_ROUTE = '/guest-data/:guestId/disks';
export const BLOCK_ROUTE = '/guest-data/:guestId/disks/:name/blocks/:index';
export const MACHINE_ROUTE = '/guest-data/:guestId/machine';
/** On a block: lower-case hex, of its bytes. */
export const SHA256_HEADER = 'x-volvox-sha256';

export const disksPath = (guestId: string): string => `/guest-data/${guestId}/disks`;

export const machinePath = (guestId: string): string => `/guest-data/${guestId}/machine`;

export const blockPath = (guestId: string, disk: { name: string; version: string }, index: number): string =>
  `${disksPath(guestId)}/${encodeURIComponent(disk.name)}/blocks/${index}?version=${encodeURIComponent(disk.version)}`;
