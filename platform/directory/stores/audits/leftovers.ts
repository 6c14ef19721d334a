import { isoTime } from '../../../database/json-column.ts';
import type { DirectoryReader, DirectoryTx, DirectoryWriter } from '../../directory.ts';
import { releaseAddresses } from '../allocations.ts';
import { type HomeState, homeStateFrom } from '../homes/home-state.ts';

/** How many differences of a kind one round of an auditor looks at. */
export const MAX_DIFFERENCES = 500;

/** Ports of servers that are deleted, or that the directory does not know. `state` is null for the latter. */
export const portsWithoutServer = (read: DirectoryReader) =>
  read
    .selectFrom('ports')
    .leftJoin('instance_homes', 'instance_homes.uuid', 'ports.device_id')
    .select(['ports.id', 'ports.device_id as deviceId', 'instance_homes.state'])
    .where('ports.device_id', '!=', '')
    .where('ports.device_owner', 'like', 'compute:%')
    .where((eb) => eb.or([eb('instance_homes.uuid', 'is', null), eb('instance_homes.state', '=', 'deleted')]))
    .limit(MAX_DIFFERENCES)
    .execute();

/** Members of server groups that do not exist any more. */
export const groupMembersWithoutServer = (read: DirectoryReader) =>
  read
    .selectFrom('server_group_members')
    .leftJoin('instance_homes', 'instance_homes.uuid', 'server_group_members.instance_uuid')
    .select(['instance_uuid as instanceUuid', 'group_uuid as groupUuid'])
    .where((eb) => eb.or([eb('instance_homes.uuid', 'is', null), eb('instance_homes.state', '=', 'deleted')]))
    .limit(MAX_DIFFERENCES)
    .execute();

/** The ids of ports that do not exist and still have addresses. */
export async function addressesWithoutPort(read: DirectoryReader): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('address_allocations')
    .leftJoin('ports', 'ports.id', 'address_allocations.port_id')
    .select('address_allocations.port_id')
    .distinct()
    .where('address_allocations.port_id', 'is not', null)
    .where('ports.id', 'is', null)
    .limit(MAX_DIFFERENCES)
    .execute();
  return rows.flatMap(({ port_id: port }) => (port === null ? [] : [port]));
}

/** Releases the addresses of a port that does not exist, also where their subnet is gone. @returns false when the port exists. */
export async function releaseAddressesOf(tx: DirectoryTx, portId: string): Promise<boolean> {
  const row = await tx.selectFrom('ports').select('id').where('id', '=', portId).executeTakeFirst();
  if (row !== undefined) return false;
  await releaseAddresses(tx, [portId]);
  return true;
}

/** Homes that name a move whose operation has ended, or is not known (`known` is null). */
export const homesOfEndedMoves = (read: DirectoryReader) =>
  read
    .selectFrom('instance_homes')
    .leftJoin('operations', 'operations.id', 'instance_homes.moving_operation_id')
    .select(['uuid', 'moving_operation_id as movingOperationId', 'operations.id as known'])
    .where('moving_operation_id', 'is not', null)
    .where((eb) => eb.or([eb('operations.id', 'is', null), eb('operations.finished_at', 'is not', null)]))
    .limit(MAX_DIFFERENCES)
    .execute();

/** A noted change of a flavor. */
interface NotedFlavorChange {
  readonly id: string;
  readonly instanceUuid: string;
  /** Until then the request may be on its way to the cell; ms since the epoch. */
  readonly inProgressUntil: number;
  /** Of the instance; null: the directory does not know it. */
  readonly home: { readonly state: HomeState; readonly updatedAt: string } | null;
}

export async function notedFlavorChanges(read: DirectoryReader): Promise<readonly NotedFlavorChange[]> {
  const rows = await read
    .selectFrom('hold_changes')
    .leftJoin('instance_homes', 'instance_homes.uuid', 'hold_changes.instance_uuid')
    .select(['instance_uuid', 'change_id', 'under_way_until', 'state', 'instance_homes.updated_at'])
    .limit(MAX_DIFFERENCES)
    .execute();
  return rows.map((row) => ({
    id: row.change_id,
    instanceUuid: row.instance_uuid,
    inProgressUntil: Number(row.under_way_until),
    home:
      row.state === null || row.updated_at === null
        ? null
        : { state: homeStateFrom(row.state), updatedAt: isoTime(row.updated_at) },
  }));
}

/** Forgets a noted change whose server is deleted. @returns false when the server lives. */
export async function forgetFlavorChange(db: DirectoryWriter, changeId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('hold_changes')
    .where('change_id', '=', changeId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('instance_homes')
            .select('uuid')
            .whereRef('uuid', '=', 'hold_changes.instance_uuid')
            .where('state', '!=', 'deleted'),
        ),
      ),
    )
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
