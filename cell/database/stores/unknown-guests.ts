import { type Selectable, sql } from 'kysely';
import type { ObservedGuest } from '#platform/objects/guest.ts';
import type { CellDatabase, CellReader, CellWriter } from '../cell-database.ts';
import { type CellRow, cellRows } from '../cell-row.ts';
import type { UnknownGuestsTable } from '../schema/unknown-guests.ts';

/** The ids among these that the cell has a guest of, on any host. */
export async function knownGuestIds(read: CellReader, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await read.selectFrom('guests').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(({ id }) => id));
}

/** The ids of the unknown guests that an agent has reported. */
export async function unknownGuestsOf(read: CellReader, agentId: string): Promise<ReadonlySet<string>> {
  const rows = await read.selectFrom('unknown_guests').select('guest_id').where('agent_id', '=', agentId).execute();
  return new Set(rows.map(({ guest_id }) => guest_id));
}

/** Stores guests that an agent observed and the cell does not know. */
export async function saveUnknownGuests(
  { write }: CellDatabase,
  agentId: string,
  guests: readonly Pick<ObservedGuest, 'guestId' | 'hostName' | 'power'>[],
  now: number,
): Promise<void> {
  if (guests.length === 0) return;
  await write
    .insertInto('unknown_guests')
    .values(
      guests.map(({ guestId, hostName, power }) => ({
        guest_id: guestId,
        agent_id: agentId,
        host: hostName,
        power,
        seen_at: now,
      })),
    )
    .onDuplicateKeyUpdate({
      agent_id: agentId,
      host: sql`VALUES(host)`,
      power: sql`VALUES(power)`,
      seen_at: now,
    })
    .execute();
}

/** Leaves out guests that the cell has learned of since. */
export async function listUnknownGuests(read: CellReader): Promise<readonly CellRow<Selectable<UnknownGuestsTable>>[]> {
  const rows = await read
    .selectFrom('unknown_guests')
    .selectAll()
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM guests WHERE guests.id = unknown_guests.guest_id)`)
    .orderBy('guest_id')
    .limit(1_000)
    .execute();
  return cellRows(rows);
}

/** Deletes guests that an agent which is up has not reported again. */
export async function dropUnheardUnknown(db: CellWriter, seenBefore: number): Promise<void> {
  await db
    .deleteFrom('unknown_guests')
    .where('seen_at', '<', seenBefore)
    .where(sql<boolean>`EXISTS (SELECT 1 FROM agents WHERE agents.id = unknown_guests.agent_id AND agents.up = 1)`)
    .execute();
}
