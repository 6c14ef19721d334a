import { sql } from 'kysely';
import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { CellReader } from '../../database/cell-database.ts';
import { lockInstanceRow } from '../../database/stores/aside-instances.ts';
import {
  bindingsOfGuests,
  insertBindings,
  type NewBinding,
  wishBindings,
} from '../../database/stores/port-bindings.ts';
import { bindingsFor } from '../operations/copies.ts';
import type { ConductorParts } from '../parts.ts';
import { atRest, MOST, underWay } from './under-way.ts';

/**
 * Ports and bindings differ if a binding that is to stay is of no copy, or if a port of an instance is not bound, or not wanted plugged,
 * at its copy in use; each while nobody works at the instance.
 */
export const bindings = (parts: ConductorParts): Auditor => ({
  kinds: ['binding-without-copy', 'port-unbound'],
  settleMs: 5_000,
  everyMs: 60_000,
  look: async () => [...(await withoutCopy(parts)), ...(await unbound(parts))],
});

async function withoutCopy(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  const rows = await read
    .selectFrom('port_bindings')
    .leftJoin('guests', 'guests.id', 'port_bindings.guest_id')
    .select(['port_bindings.id', 'port_bindings.guest_id', 'port_bindings.port_id', 'port_bindings.instance_uuid'])
    .where('guests.id', 'is', null)
    .where('port_bindings.leaving', '=', 0)
    .limit(MOST)
    .execute();
  return (await atRest(read, rows)).map(({ id, guest_id: guestId, port_id: port, instance_uuid: uuid }) => ({
    kind: 'binding-without-copy',
    subject: id,
    message: `port ${port} of ${uuid} is bound at a copy that there is not`,
    advice: 'none: it is unplugged',
    repair: () => unplug(parts, guestId, uuid),
  }));
}

async function unplug(parts: ConductorParts, guestId: string, uuid: string): Promise<boolean> {
  const gone = await parts.database.transaction(async (tx) => {
    const guest = await tx.selectFrom('guests').select('id').where('id', '=', guestId).executeTakeFirst();
    if (guest !== undefined || (await underWay(tx, [uuid])).has(uuid)) return [];
    await wishBindings(tx, [guestId], { present: false, leaving: true }, parts.clock.now());
    return bindingsOfGuests(tx, [guestId]);
  });
  parts.agents.wakeEach(gone, (binding) => binding.network_agent_id);
  return gone.length > 0;
}

async function unbound(parts: ConductorParts): Promise<readonly Difference[]> {
  const { read } = parts.database;
  return (await atRest(read, await withFewerBindings(read, null))).flatMap((row): Difference[] => {
    const ports = missing(row).map(({ definition }) => definition.port.id);
    if (ports.length === 0) return [];
    return [
      {
        kind: 'port-unbound',
        subject: row.instance_uuid,
        message: `not bound at its copy on host ${row.host}: port ${ports.join(', ')}`,
        advice: 'none: they are bound; a guest that was started meanwhile has them after a hard reboot',
        repair: () => bind(parts, row.instance_uuid),
      },
    ];
  });
}

interface FewerBindings {
  readonly instance_uuid: string;
  readonly epoch: number;
  readonly build: string;
  readonly host: string;
  readonly host_id: string;
  readonly guest_id: string;
  /** The ports that are bound, with a comma between them; null: none. */
  readonly bound: string | null;
}

/** Instances whose copy in use has fewer bindings wanted plugged than the instance has ports; of all, or this one. */
async function withFewerBindings(read: CellReader, uuid: string | null): Promise<readonly FewerBindings[]> {
  const plugged = sql`FROM port_bindings b WHERE b.guest_id = g.id AND b.present = 1 AND b.leaving = 0`;
  const { rows } = await sql<FewerBindings>`SELECT i.uuid AS instance_uuid, i.epoch, i.build, h.name AS host, g.host_id,
      g.id AS guest_id, (SELECT GROUP_CONCAT(b.port_id) ${plugged}) AS bound
    FROM instances i JOIN guests g ON g.id = i.guest_id JOIN hosts h ON h.id = g.host_id
    WHERE i.deleted_at IS NULL AND i.presence = 'here' AND i.operation_id IS NULL AND g.role = 'current'
      ${uuid === null ? sql`` : sql`AND i.uuid = ${uuid}`}
      AND JSON_LENGTH(i.build, '$.ports') > (SELECT COUNT(*) ${plugged})
    LIMIT ${MOST}`.execute(read);
  return rows;
}

function missing({ build, bound, guest_id: guestId, host_id: hostId, epoch }: FewerBindings): readonly NewBinding[] {
  const there = new Set(bound?.split(',') ?? []);
  const wanted = bindingsFor(fromJson<InstanceBuild>(build), guestId, hostId, epoch);
  return wanted.filter(({ definition }) => !there.has(definition.port.id));
}

async function bind(parts: ConductorParts, uuid: string): Promise<boolean> {
  const now = parts.clock.now();
  const made = await parts.database.transaction(async (tx) => {
    const row = await lockInstanceRow(tx, uuid);
    if (row === null || row.operation_id !== null || (await underWay(tx, [uuid])).has(uuid)) return [];
    const [fewer] = await withFewerBindings(tx, uuid);
    if (fewer === undefined) return [];
    const gaps = missing(fewer);
    const ports = gaps.map(({ definition }) => definition.port.id);
    if (ports.length === 0) return [];
    // One that is bound, and not wanted plugged, is wanted so again; the others are made.
    await tx
      .updateTable('port_bindings')
      .set((eb) => ({ present: 1, generation: eb('generation', '+', 1), settled: 0, changed_at: now }))
      .where('guest_id', '=', fewer.guest_id)
      .where('port_id', 'in', ports)
      .where('leaving', '=', 0)
      .execute();
    const there = await tx
      .selectFrom('port_bindings')
      .select('port_id')
      .where('guest_id', '=', fewer.guest_id)
      .where('leaving', '=', 0)
      .execute();
    const bound = new Set(there.map((binding) => binding.port_id));
    await insertBindings(
      tx,
      gaps.filter(({ definition }) => !bound.has(definition.port.id)),
      now,
    );
    return bindingsOfGuests(tx, [fewer.guest_id]);
  });
  parts.agents.wakeEach(made, (binding) => binding.network_agent_id);
  return made.length > 0;
}
