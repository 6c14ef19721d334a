import type { CellTx } from '../cell-database.ts';
import { agentAnswers } from './hosts.ts';

/** Why a host may not be forgotten: `hosting`: instances live on it; `migrating`: one of its guests is part of a migration. */
type ForgetRefusal = 'unknown' | 'hosting' | 'migrating';

/**
 * Deletes the host's row. Guests that are being removed from a host whose compute agent is silent go with it, with their claims and ports:
 * nobody will report that nothing is left of them. If such a host comes back, its guests are unknown ones, and its agent starts none of them.
 * @returns why it deleted nothing; null: it did.
 */
export async function forgetHost(tx: CellTx, id: string): Promise<ForgetRefusal | null> {
  // New claims lock this row too, so none appears in between.
  const host = await tx
    .selectFrom('hosts')
    .select('name')
    .select(agentAnswers('hosts.compute_agent_id').$castTo<number>().as('answers'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (host === undefined) return 'unknown';
  const [instance, guests, claims] = [
    await tx
      .selectFrom('instances')
      .select('uuid')
      .where('host_id', '=', id)
      .where('deleted_at', 'is', null)
      .where('presence', '!=', 'left')
      .limit(1)
      .executeTakeFirst(),
    await tx.selectFrom('guests').select(['id', 'role']).where('host_id', '=', id).execute(),
    await tx.selectFrom('claims').select('guest_id').where('host_id', '=', id).execute(),
  ];
  if (instance !== undefined) return 'hosting';
  const leaving = new Set(guests.filter(({ role }) => role === 'leaving').map((guest) => guest.id));
  if (guests.some((guest) => !leaving.has(guest.id)) || claims.some(({ guest_id }) => !leaving.has(guest_id))) {
    return 'migrating';
  }
  if (leaving.size > 0 && host.answers === 1) return 'hosting';
  for (const table of ['claims', 'port_bindings'] as const) {
    await tx.deleteFrom(table).where('host_id', '=', id).execute();
  }
  await tx.deleteFrom('guests').where('host_id', '=', id).execute();
  await tx.deleteFrom('hosts').where('id', '=', id).execute();
  return null;
}

/** Deletes the record of a conductor; one that runs writes it again with its next heartbeat. @returns false: there is none. */
export async function forgetConductor(tx: CellTx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('agents')
    .where('id', '=', id)
    .where('kind', '=', 'conductor')
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
