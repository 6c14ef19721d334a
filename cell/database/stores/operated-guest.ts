import type { VmState } from '#platform/states/vm-state.ts';
import type { CellReader } from '../cell-database.ts';
import type { GuestRow } from './guests.ts';
import { isBehindAnother } from './lingering-guests.ts';

/** An instance's current copy, its host, and who owns the instance: what most steps have to look at. */
export interface OperatedGuest {
  readonly operation_id: string | null;
  readonly instance_epoch: number;
  readonly vm_state: VmState;
  readonly launched_at: string | null;
  readonly id: string;
  readonly host_id: string;
  readonly role: GuestRow['role'];
  readonly power: GuestRow['power'];
  readonly settled: number;
  readonly found_power: number;
  readonly error: string | null;
  readonly errors: number;
  readonly generation: number;
  readonly created_at: number;
  readonly changed_at: number;
  readonly host_name: string;
  readonly host_up: number;
  readonly build_failures: number;
  readonly compute_agent_id: string | null;
  readonly network_agent_id: string | null;
  /** 1: another copy is just going, and this one is not started before. */
  readonly is_behind: number;
}

/** null: the instance is not here any more, or has no copy. */
export async function operatedGuest(read: CellReader, uuid: string, now: number): Promise<OperatedGuest | null> {
  const row = await read
    .selectFrom('instances')
    .innerJoin('guests', 'guests.id', 'instances.guest_id')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select([
      'instances.operation_id',
      'instances.epoch as instance_epoch',
      'instances.vm_state',
      'instances.launched_at',
    ])
    .select(['guests.id', 'guests.host_id', 'guests.role', 'guests.power', 'guests.settled', 'guests.found_power'])
    .select(['guests.error', 'guests.errors', 'guests.generation', 'guests.created_at', 'guests.changed_at'])
    .select(['hosts.name as host_name', 'hosts.up as host_up', 'hosts.build_failures'])
    .select(['hosts.compute_agent_id', 'hosts.network_agent_id'])
    .select(isBehindAnother(now).$castTo<number>().as('is_behind'))
    .where('instances.uuid', '=', uuid)
    .executeTakeFirst();
  return row ?? null;
}
