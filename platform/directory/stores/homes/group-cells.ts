import { sqlTime } from '../../../database/json-column.ts';
import { timestamp } from '../../../time/clock.ts';
import type { DirectoryTx } from '../../directory.ts';
import { storedHomeState } from './home-state.ts';

/** How long a scheduler may not know that a cell has taken a server, ms: what cells report arrives within a second. */
const UNREPORTED_MS = 10_000;

interface Placement {
  readonly groupId: string;
  readonly uuid: string;
  readonly cellId: string;
  readonly now: number;
}

/**
 * Whether another member of the server group goes to another cell at this moment, or went there so lately that a scheduler may not know it. A
 * cell keeps the members of an affinity group on one host of its own; this keeps them in one cell. The group stays locked until the
 * transaction ends, so of two members that are placed at once the later one sees the earlier one.
 */
export async function memberGoesElsewhere(
  tx: DirectoryTx,
  { groupId, uuid, cellId, now }: Placement,
): Promise<boolean> {
  await tx.selectFrom('server_groups').select('uuid').where('uuid', '=', groupId).forUpdate().execute();
  const member = await tx
    .selectFrom('server_group_members')
    .innerJoin('instance_homes', 'instance_homes.uuid', 'server_group_members.instance_uuid')
    .select('instance_homes.uuid')
    .where('server_group_members.group_uuid', '=', groupId)
    .where('instance_homes.uuid', '!=', uuid)
    .where('instance_homes.state', 'in', [storedHomeState('accepted'), storedHomeState('placed')])
    .where((eb) =>
      eb.or([
        eb('placing_cell_id', '!=', cellId),
        eb.and([
          eb('placing_cell_id', 'is', null),
          eb('cell_id', '!=', cellId),
          eb('instance_homes.updated_at', '>=', sqlTime(timestamp(now - UNREPORTED_MS))),
        ]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return member !== undefined;
}
