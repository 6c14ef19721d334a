import { randomUUID } from 'node:crypto';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import { isSamePort } from '#platform/objects/changed-ports.ts';
import type { Port, Subport } from '#platform/objects/network.ts';
import type { CellTx } from '../cell-database.ts';
import { newGeneration } from './new-generation.ts';
import { insertBindings, type NewBinding } from './port-bindings.ts';

/** A subport as its own binding has it. */
export const boundSubport = (
  parentId: string,
  { id, segmentationId, mac, fixedIps, securityGroupIds, network }: Subport,
): Omit<NewBinding['definition'], 'hostname'> => ({
  port: {
    ...{ id, networkId: network.id, mac, fixedIps, securityGroupIds },
    ...{ tag: null, preserveOnDelete: true },
  },
  network,
  parent: { portId: parentId, segmentationId },
});

/** Where a parent is bound. */
type ParentBinding = Pick<NewBinding, 'guestId' | 'instanceUuid' | 'hostId' | 'epoch'> & {
  readonly present: boolean;
  /** What its subports have of the server too. */
  readonly ofServer: Pick<NewBinding['definition'], 'hostname' | 'limits'>;
};

/**
 * The subports of a port are bound where the port is, as it says now: others leave, new ones are plugged if it is.
 * @returns the ids of the bindings of which something is different.
 */
export async function changeSubports(
  tx: CellTx,
  { port, at }: { readonly port: Port; readonly at: ParentBinding },
  now: number,
): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('port_bindings')
    .select(['id', 'port_id', 'definition'])
    .where('parent_port_id', '=', port.id)
    .where('guest_id', '=', at.guestId)
    .where('leaving', '=', 0)
    .orderBy('id')
    .execute();
  const desired = new Map((port.subports ?? []).map((subport) => [subport.id, subport]));
  const changed: string[] = [];
  for (const row of rows) {
    const subport = desired.get(row.port_id);
    const before = fromJson<NewBinding['definition']>(row.definition);
    const after = subport === undefined ? null : { ...before, ...boundSubport(port.id, subport) };
    if (after !== null && isSameBinding(after, before)) continue;
    const writes =
      after === null
        ? { present: 0, leaving: 1 }
        : { definition: toJson(after), address: after.port.fixedIps[0]?.address ?? null, network_id: after.network.id };
    await tx
      .updateTable('port_bindings')
      .set({ ...writes, ...newGeneration(now) })
      .where('id', '=', row.id)
      .execute();
    changed.push(row.id);
  }
  const there = new Set(rows.map(({ port_id }) => port_id));
  const { ofServer, ...place } = at;
  const added = [...desired.values()]
    .filter(({ id }) => !there.has(id))
    .map((subport) => ({
      ...{ ...place, id: randomUUID() },
      definition: { ...boundSubport(port.id, subport), ...ofServer },
    }));
  await insertBindings(tx, added, now);
  return [...changed, ...added.map(({ id }) => id)];
}

const isSameBinding = (one: NewBinding['definition'], other: NewBinding['definition']): boolean =>
  isSamePort(one.port, other.port) &&
  one.port.mac === other.port.mac &&
  one.network.id === other.network.id &&
  one.parent?.segmentationId === other.parent?.segmentationId;
