import type { Due } from './due.ts';

export interface PortGroup {
  readonly portId: string;
  readonly groupId: string;
  /** Where its server lives; empty: nowhere. */
  readonly cellId: string;
}

interface Changes {
  readonly ports: readonly { readonly id: string; readonly cellId: string }[];
  /** The groups of these ports, and of those that were deleted, as last announced; and as they are. */
  readonly before: readonly PortGroup[];
  readonly after: readonly PortGroup[];
  /** By group: the groups of which a rule names it as remote. */
  readonly naming: ReadonlyMap<string, readonly string[]>;
  /** Groups that have changed. */
  readonly groups: readonly string[];
  /** By group: the cells where a port had it before. */
  readonly cellsOf: ReadonlyMap<string, readonly string[]>;
  /** Where what was deleted is known. */
  readonly known: readonly Due[];
}

/**
 * What these changes make due, and where. Pure. It may name more than a cell needs, never less: whether a cell needs it is decided when it is
 * delivered. What a group needs beyond itself, its remote members, becomes due when the group is delivered.
 */
export function dueBy({ ports, before, after, naming, groups, cellsOf, known }: Changes): readonly Due[] {
  const due = new Map<string, Due>();
  const add = (cellId: string, kind: Due['kind'], id: string): void => {
    if (cellId !== '') due.set(`${cellId} ${kind} ${id}`, { cellId, kind, id });
  };
  const newCells = Map.groupBy(after, ({ groupId }) => groupId);
  const cellsWith = (groupId: string): readonly string[] => [
    ...(cellsOf.get(groupId) ?? []),
    ...(newCells.get(groupId) ?? []).map(({ cellId }) => cellId),
  ];
  // A server's own cell, and the one that it left.
  for (const { id, cellId } of ports) add(cellId, 'port', id);
  for (const { portId, cellId } of before) add(cellId, 'port', portId);
  // A cell that gets its first port with a group, and one that may have lost its last.
  const pairs = (rows: readonly PortGroup[]) =>
    new Set(rows.map((row) => `${row.portId} ${row.groupId} ${row.cellId}`));
  const [were, are] = [pairs(before), pairs(after)];
  for (const row of [...before, ...after]) {
    const key = `${row.portId} ${row.groupId} ${row.cellId}`;
    if (!(were.has(key) && are.has(key))) add(row.cellId, 'group', row.groupId);
  }
  // The cells where a rule lets the port in as a member, or let it in.
  for (const { portId, groupId } of [...before, ...after]) {
    for (const group of naming.get(groupId) ?? []) for (const cellId of cellsWith(group)) add(cellId, 'port', portId);
  }
  for (const group of groups) for (const cellId of cellsWith(group)) add(cellId, 'group', group);
  for (const { cellId, kind, id } of known) add(cellId, kind, id);
  return [...due.values()];
}
