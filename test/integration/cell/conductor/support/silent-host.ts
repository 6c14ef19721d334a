import { randomUUID } from 'node:crypto';
import type { CellWorld } from './cell-world.ts';

/**
 * The compute agent of this host alone falls silent, and the cell has noticed. In this world one agent drives all hosts, so from here on the
 * host has another one, which says nothing.
 */
export async function silenceHost({ test: { database } }: CellWorld, hostId: string): Promise<void> {
  const id = randomUUID();
  await database.transaction(async (tx) => {
    const times = { started_at: '2026-01-01 00:00:00.000000', last_seen_at: 0 };
    const row = { id, kind: 'compute' as const, url: 'http://127.0.0.1:9', release: 'test', up: 0, ...times };
    await tx.insertInto('agents').values(row).execute();
    await tx.updateTable('hosts').set({ compute_agent_id: id, up: 0 }).where('id', '=', hostId).execute();
  });
}

/** The agent of all hosts drives this one again. Nobody declares it dead any more. */
export async function hearHost({ test: { database }, agents, door }: CellWorld, hostId: string): Promise<void> {
  const driven = { compute_agent_id: agents.computeId };
  await database.write.updateTable('hosts').set(driven).where('id', '=', hostId).execute();
  await door.updateService({ id: hostId, forcedDown: false });
}
