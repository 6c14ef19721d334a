import type { CellReader } from '../cell-database.ts';

/** A copy that nobody wants any more, of which its agent has not said yet that it does not run. */
export interface LingeringCopy {
  readonly id: string;
  readonly host_name: string;
}

/**
 * One of an instance that may still run: it was started once, was sent away or put aside, and its agent has not confirmed that. null: there is
 * none. That a host says nothing is no sign that nothing runs there; only an operator's word is (`forced_down`).
 */
export async function lingeringCopy(read: CellReader, instanceUuid: string): Promise<LingeringCopy | null> {
  const row = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'hosts.name as host_name'])
    .where('guests.instance_uuid', '=', instanceUuid)
    .where('guests.role', 'in', ['leaving', 'aside'])
    .where('guests.settled', '=', 0)
    .where('guests.was_started', '=', 1)
    .where('hosts.forced_down', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
