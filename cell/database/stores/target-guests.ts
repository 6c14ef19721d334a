import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import type { StoredSpec } from './guests.ts';
import { newGeneration } from './new-generation.ts';
import type { NewBinding } from './port-bindings.ts';

/** The spec of a guest that is being created; null when it does not exist or is to be removed. */
export async function targetSpec(read: CellReader, guestId: string): Promise<StoredSpec | null> {
  const row = await read
    .selectFrom('guests')
    .select('spec')
    .where('id', '=', guestId)
    .where('role', '=', 'target')
    .executeTakeFirst();
  return row === undefined ? null : fromJson<StoredSpec>(row.spec);
}

/** Whether this guest has a row, in any state. */
export const isMade = async (read: CellReader, guestId: string): Promise<boolean> =>
  (await read.selectFrom('guests').select('id').where('id', '=', guestId).executeTakeFirst()) !== undefined;

/** Writes another spec with a new generation: the agent begins again, and uses the parts of the disks that it has. */
export async function renewTarget(tx: CellTx, guestId: string, spec: StoredSpec, now: number): Promise<void> {
  await tx
    .updateTable('guests')
    .set({
      spec: toJson(spec),
      ...newGeneration(now),
    })
    .where('id', '=', guestId)
    .where('role', '=', 'target')
    .execute();
}

/** Writes another spec, which the agent gets with the next generation. */
export async function describeTarget(tx: CellTx, guestId: string, spec: StoredSpec): Promise<void> {
  await tx
    .updateTable('guests')
    .set({ spec: toJson(spec) })
    .where('id', '=', guestId)
    .where('role', '=', 'target')
    .execute();
}

/** Writes the current definitions of a guest's ports; those that changed are plugged again. */
export async function redefineBindings(
  tx: CellTx,
  guestId: string,
  bindings: readonly Pick<NewBinding, 'definition'>[],
  now: number,
): Promise<void> {
  const rows = await tx
    .selectFrom('port_bindings')
    .select(['id', 'port_id', 'definition'])
    .where('guest_id', '=', guestId)
    .where('leaving', '=', 0)
    .execute();
  for (const row of rows) {
    const definition = bindings.find((binding) => binding.definition.port.id === row.port_id)?.definition;
    if (definition === undefined || toJson(definition) === row.definition) continue;
    await tx
      .updateTable('port_bindings')
      .set({
        definition: toJson(definition),
        address: definition.port.fixedIps[0]?.address ?? null,
        ...newGeneration(now),
      })
      .where('id', '=', row.id)
      .execute();
  }
}

/** Whether ports of other guests of the instance are still on the host; a tap belongs to one guest. */
export async function portsInTheWay(read: CellReader, instanceUuid: string, hostId: string, guestId: string) {
  const row = await read
    .selectFrom('port_bindings')
    .select('id')
    .where('instance_uuid', '=', instanceUuid)
    .where('host_id', '=', hostId)
    .where('guest_id', '!=', guestId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
