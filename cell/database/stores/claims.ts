import { sql } from 'kysely';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { DeviceRequest } from '#platform/objects/device-request.ts';
import type { OwnParts } from '#platform/objects/guest.ts';
import { changedUse, type GuestPlacement, useOf } from '#platform/objects/guest-placement.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import { type HostDevice, withoutDevices } from '#platform/objects/host-device.ts';
import type { NodeUse } from '#platform/objects/host-topology.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { type NetworkNeeds, notOffered } from '#platform/objects/network-needs.ts';
import type { Resources } from '#platform/objects/resources.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import { claimOwnParts } from './claim-own-parts.ts';
import { offersOf } from './hosts.ts';

export interface ClaimRequest {
  readonly guestId: string;
  readonly hostId: string;
  readonly instanceUuid: string;
  readonly group: InstanceBuild['serverGroup'];
  readonly resources: Resources;
  /** null: it has none, which most have. */
  readonly topology: GuestTopology | null;
  /** Empty: it asks for no devices, which is the same for most. */
  readonly devices: readonly DeviceRequest[];
  readonly networkNeeds: NetworkNeeds;
}

export interface ClaimRefusal {
  readonly reason:
    | 'capacity'
    | 'host-unknown'
    | 'host-down'
    | 'host-disabled'
    | 'host-problem'
    | 'network-needs'
    | 'numa-topology'
    | 'pci-passthrough'
    | 'group-policy';
  readonly message: string;
}

/** Capacity that is claimed, with what the guest gets for itself. Or why it is not. */
type ClaimOutcome = { readonly refusal: ClaimRefusal } | { readonly refusal: null; readonly own: OwnParts };

/**
 * Claims capacity on a host if the host accepts guests, has the capacity, and the policy of the server group allows it. The host's row
 * stays locked until the transaction ends, so the check is exact for concurrent callers. The caller inserts the row of the claim
 * (`insertClaims`) in the same transaction. A request with a topology or for devices locks the row one statement earlier, and gets CPUs, pages and
 * devices that no other claim has.
 */
export async function claimCapacity(tx: CellTx, request: ClaimRequest): Promise<ClaimOutcome> {
  const refusal = await groupRefusal(tx, request);
  if (refusal !== null) return { refusal };
  const asksOwn = request.topology !== null || request.devices.length > 0;
  const claimed = asksOwn ? await claimOwnParts(tx, request) : null;
  if (claimed !== null && claimed.refusal !== null) return { refusal: claimed.refusal };
  const { vcpus, ramMb, diskGb } = request.resources;
  const { segmentTypes, tagsFrames } = request.networkNeeds;
  const { numUpdatedRows } = await tx
    .updateTable('hosts')
    .set((eb) => ({
      used_vcpus: eb('used_vcpus', '+', vcpus),
      used_ram_mb: eb('used_ram_mb', '+', ramMb),
      used_disk_gb: eb('used_disk_gb', '+', diskGb),
      guests: eb('guests', '+', 1),
      ...claimed?.used,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', request.hostId)
    .where('up', '=', 1)
    .where('enabled', '=', 1)
    .where('compute_problem', 'is', null)
    .where('network_problem', 'is', null)
    .where((eb) =>
      eb.and([
        ...segmentTypes.map((type) =>
          eb.or([eb('segment_types', 'is', null), eb('segment_types', 'like', `%"${type}"%`)]),
        ),
        ...(tagsFrames ? [eb.or([eb('tags_frames', 'is', null), eb('tags_frames', '=', 1)])] : []),
      ]),
    )
    .where(sql<boolean>`used_vcpus + ${vcpus} <= capacity_vcpus`)
    .where(sql<boolean>`used_ram_mb + ${ramMb} <= capacity_ram_mb`)
    .where(sql<boolean>`used_disk_gb + ${diskGb} <= capacity_disk_gb`)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return { refusal: null, own: claimed?.own ?? {} };
  return { refusal: await whyNot(tx, request.hostId, request.networkNeeds) };
}

async function whyNot(tx: CellTx, hostId: string, needs: NetworkNeeds): Promise<ClaimRefusal> {
  const host = await tx
    .selectFrom('hosts')
    .select(['name', 'up', 'enabled', 'compute_problem', 'network_problem', 'segment_types', 'tags_frames'])
    .where('id', '=', hostId)
    .executeTakeFirst();
  if (host === undefined) return { reason: 'host-unknown', message: `This cell has no host ${hostId}.` };
  if (host.up !== 1) return { reason: 'host-down', message: `Host ${host.name} is down.` };
  if (host.enabled !== 1) return { reason: 'host-disabled', message: `Host ${host.name} is disabled.` };
  const problem = host.compute_problem ?? host.network_problem;
  if (problem !== null) return { reason: 'host-problem', message: `Host ${host.name} has a problem: ${problem}` };
  const missing = notOffered(offersOf(host), needs);
  if (missing !== null) return { reason: 'network-needs', message: `Host ${host.name} ${missing}.` };
  return { reason: 'capacity', message: `Host ${host.name} does not have enough capacity left.` };
}

/** Claims for members of a group with a hard policy are made one after the other, because each locks the group's row first. */
async function groupRefusal(tx: CellTx, request: ClaimRequest): Promise<ClaimRefusal | null> {
  const { group, hostId, instanceUuid } = request;
  if (group === null || !['affinity', 'anti-affinity'].includes(group.policy)) return null;
  await tx
    .insertInto('group_locks')
    .values({ group_id: group.id, version: 1 })
    .onDuplicateKeyUpdate({ version: sql<number>`group_locks.version + 1` })
    .execute();
  const members = await tx
    .selectFrom('claims')
    .select((eb) => ['host_id', eb.fn.count<number | bigint>('instance_uuid').distinct().as('members')])
    .where('group_id', '=', group.id)
    .where('instance_uuid', '!=', instanceUuid)
    .groupBy('host_id')
    .execute();
  const here = Number(members.find((row) => row.host_id === hostId)?.members ?? 0);
  const refused =
    group.policy === 'affinity' ? members.length > 0 && here === 0 : here >= Math.max(1, group.maxServerPerHost);
  return refused
    ? { reason: 'group-policy', message: `The ${group.policy} policy of server group ${group.id} forbids this host.` }
    : null;
}

/** A request whose capacity is claimed. */
export interface NewClaim extends ClaimRequest {
  readonly own: OwnParts;
}

export async function insertClaims(tx: CellTx, requests: readonly NewClaim[]): Promise<void> {
  if (requests.length === 0) return;
  await tx
    .insertInto('claims')
    .values(
      requests.map(({ guestId, hostId, instanceUuid, group, resources, own: { placement, devices } }) => ({
        guest_id: guestId,
        host_id: hostId,
        instance_uuid: instanceUuid,
        group_id: group?.id ?? null,
        vcpus: resources.vcpus,
        ram_mb: resources.ramMb,
        disk_gb: resources.diskGb,
        placement: placement === undefined ? null : toJson(placement),
        devices: devices === undefined ? null : toJson(devices),
      })),
    )
    .execute();
}

/** Releases the claims of these guests; a claim that was released before is not released again. @returns the hosts that changed. */
export async function releaseClaims(tx: CellTx, guestIds: readonly string[]): Promise<readonly string[]> {
  if (guestIds.length === 0) return [];
  const rows = await tx
    .selectFrom('claims')
    .selectAll()
    .where('guest_id', 'in', guestIds)
    .orderBy('host_id')
    .orderBy('guest_id')
    .forUpdate()
    .execute();
  if (rows.length === 0) return [];
  const guests = rows.map((row) => row.guest_id);
  await tx.deleteFrom('claims').where('guest_id', 'in', guests).execute();
  const hosts = [...new Set(rows.map((row) => row.host_id))];
  for (const hostId of hosts) {
    const here = rows.filter((row) => row.host_id === hostId);
    const freed = here.flatMap(({ placement }) =>
      placement === null ? [] : useOf(fromJson<GuestPlacement>(placement)),
    );
    const devices = here.flatMap((row) => (row.devices === null ? [] : fromJson<HostDevice[]>(row.devices)));
    const left = freed.length + devices.length === 0 ? {} : await usedWithout(tx, hostId, freed, devices);
    const sum = (key: 'vcpus' | 'ram_mb' | 'disk_gb') => here.reduce((total, row) => total + row[key], 0);
    await tx
      .updateTable('hosts')
      .set((eb) => ({
        used_vcpus: eb('used_vcpus', '-', sum('vcpus')),
        used_ram_mb: eb('used_ram_mb', '-', sum('ram_mb')),
        used_disk_gb: eb('used_disk_gb', '-', sum('disk_gb')),
        guests: eb('guests', '-', here.length),
        ...left,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', hostId)
      .execute();
  }
  return hosts;
}

/** What is used of the nodes and the devices of a host without these, as its row has it. The row is locked. */
async function usedWithout(
  tx: CellTx,
  hostId: string,
  freed: readonly NodeUse[],
  devices: readonly HostDevice[],
): Promise<{ nodes_used: string | null; devices_used: string | null }> {
  const host = await tx
    .selectFrom('hosts')
    .select(['nodes_used', 'devices_used'])
    .where('id', '=', hostId)
    .forUpdate()
    .executeTakeFirst();
  const before = host?.nodes_used == null ? [] : fromJson<NodeUse[]>(host.nodes_used);
  const after = freed.reduce<readonly NodeUse[]>((uses, use) => changedUse(uses, [use], -1), before);
  const devicesBefore = host?.devices_used == null ? [] : fromJson<string[]>(host.devices_used);
  return { nodes_used: listColumn(after), devices_used: listColumn(withoutDevices(devicesBefore, devices)) };
}

const listColumn = (list: readonly unknown[]): string | null => (list.length === 0 ? null : toJson(list));

/** What the claim of a guest gives it for itself. */
export async function ownPartsOf(read: CellReader, guestId: string): Promise<OwnParts> {
  const row = await read
    .selectFrom('claims')
    .select(['placement', 'devices'])
    .where('guest_id', '=', guestId)
    .executeTakeFirst();
  return {
    ...(row?.placement == null ? {} : { placement: fromJson<GuestPlacement>(row.placement) }),
    ...(row?.devices == null ? {} : { devices: fromJson<HostDevice[]>(row.devices) }),
  };
}
