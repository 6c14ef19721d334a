import { readTogether } from '#platform/batching/read-together.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import type { CellReader } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';
import type { GuestRow } from './guests.ts';
import { agentAnswers } from './hosts.ts';
import { isBehindAnother } from './lingering-guests.ts';

/** The current guest of an instance, its host, and the owner of the instance: what most steps read first. */
export interface OperatedGuest {
  readonly operationId: string | null;
  readonly instanceEpoch: number;
  readonly vmState: VmState;
  readonly launchedAt: string | null;
  readonly id: string;
  readonly hostId: string;
  readonly role: GuestRow['role'];
  readonly power: GuestRow['power'];
  readonly settled: boolean;
  readonly observedPower: number;
  /** JSON; null: none. */
  readonly parts: string | null;
  readonly observedParts: string | null;
  readonly error: string | null;
  readonly errors: number;
  readonly generation: number;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly hostName: string;
  readonly hostUp: boolean;
  /** The compute agent answers, whatever was declared. */
  readonly hostAnswers: boolean;
  readonly buildFailures: number;
  readonly computeAgentId: string | null;
  readonly networkAgentId: string | null;
  /** Another guest of the instance is being removed; this one is not started before it is gone. */
  readonly isBehind: boolean;
}

/** null: the instance is not here any more, or has no guest. Those who ask at the same moment share a statement. */
export const operatedGuest = (read: CellReader, uuid: string, now: number): Promise<OperatedGuest | null> =>
  guestsTogether(read, { uuid, now });

const guestsTogether = readTogether(
  async (
    read: CellReader,
    questions: readonly { readonly uuid: string; readonly now: number }[],
  ): Promise<readonly (OperatedGuest | null)[]> => {
    const uuids = [...new Set(questions.map(({ uuid }) => uuid))];
    const guests = await operatedGuests(read, uuids, Math.max(...questions.map(({ now }) => now)));
    return questions.map(({ uuid }) => guests.get(uuid) ?? null);
  },
);

async function operatedGuests(
  read: CellReader,
  uuids: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, OperatedGuest>> {
  const rows = await read
    .selectFrom('instances')
    .innerJoin('guests', 'guests.id', 'instances.guest_id')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select([
      'instances.uuid',
      'instances.operation_id',
      'instances.epoch as instance_epoch',
      'instances.vm_state',
      'instances.launched_at',
    ])
    .select(['guests.id', 'guests.host_id', 'guests.role', 'guests.power', 'guests.settled', 'guests.found_power'])
    .select(['guests.parts', 'guests.observed_parts'])
    .select(['guests.error', 'guests.errors', 'guests.generation', 'guests.created_at', 'guests.changed_at'])
    .select(['hosts.name as host_name', 'hosts.up as host_up', 'hosts.build_failures'])
    .select(['hosts.compute_agent_id', 'hosts.network_agent_id'])
    .select(agentAnswers('hosts.compute_agent_id').$castTo<number>().as('host_answers'))
    .select(isBehindAnother(now).$castTo<number>().as('is_behind'))
    .where('instances.uuid', 'in', uuids)
    .execute();
  return new Map(cellRows(rows).map(({ uuid, ...guest }) => [uuid, guest]));
}
