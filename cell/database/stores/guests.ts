import { type Selectable, sql } from 'kysely';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DesiredGuest, DesiredPower, GuestSpec } from '#platform/objects/guest.ts';
import { type GuestParts, type MovedCard, NO_PARTS, type ObservedParts } from '#platform/objects/guest-parts.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import { type CellRow, cellRowOrNull, cellRows } from '../cell-row.ts';
import type { GuestsTable } from '../schema/guests.ts';
import { agentAnswers } from './hosts.ts';
import { instanceName } from './instances.ts';
import { isBehindAnother } from './lingering-guests.ts';
import { newGeneration } from './new-generation.ts';

export type GuestRow = CellRow<Selectable<GuestsTable>>;
/** `instanceName` comes from the instance when the spec is sent to the agent; it is stored only while the instance has not arrived yet. */
export type StoredSpec = Omit<GuestSpec, 'instanceName'> & { readonly instanceName?: string };

export const partsOf = ({ parts }: Pick<GuestRow, 'parts'>): GuestParts =>
  parts === null ? NO_PARTS : { ...NO_PARTS, ...fromJson<Partial<GuestParts>>(parts) };

/** What the machine of a guest is made of. @throws VolvoxError not-found when the guest does not exist. */
export async function specOf(read: CellReader, guestId: string): Promise<StoredSpec> {
  const row = await read.selectFrom('guests').select('spec').where('id', '=', guestId).executeTakeFirst();
  if (row === undefined) throw new VolvoxError('not-found', `Guest ${guestId} is not in this cell.`);
  return fromJson<StoredSpec>(row.spec);
}

interface NewGuest {
  readonly id: string;
  readonly instanceUuid: string;
  readonly hostId: string;
  readonly role: GuestRow['role'];
  readonly epoch: number;
  readonly power: DesiredPower;
  readonly gracefulStopMs: number;
  readonly spec: StoredSpec;
  readonly parts?: GuestParts;
}

export async function insertGuests(tx: CellTx, guests: readonly NewGuest[], now: number): Promise<void> {
  if (guests.length === 0) return;
  await tx
    .insertInto('guests')
    .values(
      guests.map((guest) => ({
        id: guest.id,
        instance_uuid: guest.instanceUuid,
        host_id: guest.hostId,
        role: guest.role,
        epoch: guest.epoch,
        generation: 1,
        power: guest.power,
        was_started: guest.power === 'running' ? 1 : 0,
        restarts: 0,
        restart_kind: 'soft' as const,
        graceful_stop_ms: guest.gracefulStopMs,
        spec: toJson(guest.spec),
        parts: partsColumn(guest),
        settled: 0,
        found_power: POWER_STATE.none,
        found_generation: 0,
        found_restarts: 0,
        observed_parts: null,
        progress: 0,
        error: null,
        errors: 0,
        created_at: now,
        changed_at: now,
      })),
    )
    .execute();
}

/** A guest with disks of its own choice has parts, so that an agent that knows neither is told from one that does. */
function partsColumn({ parts, spec }: Pick<NewGuest, 'parts' | 'spec'>): string | null {
  const written = parts ?? (spec.disks === undefined ? undefined : NO_PARTS);
  return written === undefined ? null : toJson(written);
}

/** A change of the desired state; what is absent stays as it is. */
export interface DesiredGuestState {
  readonly power: DesiredPower;
  readonly role?: GuestRow['role'];
  readonly restart?: 'soft' | 'hard';
  /** What the machine is made of; absent: as before. */
  readonly spec?: StoredSpec;
  /** All parts; absent: as before. */
  readonly parts?: GuestParts;
}

/** The instance of a guest on a host of this compute agent. */
export async function instanceOfGuest(read: CellReader, guestId: string, agentId: string): Promise<string | null> {
  const row = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select('guests.instance_uuid')
    .where('guests.id', '=', guestId)
    .where('hosts.compute_agent_id', '=', agentId)
    .executeTakeFirst();
  return row?.instance_uuid ?? null;
}

/** The cards of a guest that are elsewhere than after a start, as its agent last reported. `guestId` null: there is no guest. */
export async function movedCardsOf(read: CellReader, guestId: string | null): Promise<readonly MovedCard[]> {
  if (guestId === null) return [];
  const row = await read.selectFrom('guests').select('observed_parts').where('id', '=', guestId).executeTakeFirst();
  return row?.observed_parts == null ? [] : (fromJson<ObservedParts>(row.observed_parts).movedCards ?? []);
}

/** Roles of guests that do not belong to an instance any more: actions on an instance leave them alone. */
const NO_COPY = ['leaving', 'aside'] as const;

/** Changes the desired state of a guest: a new generation, not settled. A guest that is leaving or quarantined does not change. */
export async function setDesired(
  tx: CellTx,
  guestId: string,
  desired: DesiredGuestState,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('guests')
    .set((eb) => ({
      power: desired.power,
      ...(desired.power === 'stopped' ? {} : { was_started: 1 }),
      ...(desired.role === undefined ? {} : { role: desired.role }),
      ...(desired.restart === undefined ? {} : { restarts: eb('restarts', '+', 1), restart_kind: desired.restart }),
      ...(desired.spec === undefined ? {} : { spec: toJson(desired.spec) }),
      ...(desired.parts === undefined ? {} : { parts: toJson(desired.parts) }),
      ...newGeneration(now),
    }))
    .where('id', '=', guestId)
    .where('role', 'not in', NO_COPY)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Starts the time limit of a guest again, because another guest has delayed it. */
export async function restart(tx: CellTx, guestId: string, now: number): Promise<void> {
  await tx.updateTable('guests').set({ created_at: now }).where('id', '=', guestId).execute();
}

/** Changes the role of a guest; nothing changes for its agent. */
export async function setRole(tx: CellTx, guestId: string, role: 'current' | 'source'): Promise<void> {
  await tx.updateTable('guests').set({ role }).where('id', '=', guestId).where('role', 'not in', NO_COPY).execute();
}

/** Sets the desired state of all guests of an instance, or of the one with `guestId`, to absent for good. */
export async function markAbsent(tx: CellTx, instanceUuid: string, now: number, guestId?: string): Promise<void> {
  const all = markingAbsent(tx, instanceUuid, now);
  await (guestId === undefined ? all : all.where('id', '=', guestId)).execute();
}

/** The same for guests up to an epoch; guests that a later move brings stay. */
export async function markAbsentUpTo(tx: CellTx, instanceUuid: string, epoch: number, now: number): Promise<void> {
  await markingAbsent(tx, instanceUuid, now).where('epoch', '<=', epoch).execute();
}

const markingAbsent = (tx: CellTx, instanceUuid: string, now: number) =>
  tx
    .updateTable('guests')
    .set({
      power: 'absent' as const,
      role: 'leaving' as const,
      ...newGeneration(now),
    })
    .where('instance_uuid', '=', instanceUuid)
    .where('role', 'not in', NO_COPY);

export type GuestOnHost = Omit<GuestRow, 'spec'> & {
  readonly hostName: string;
  /** Both agents answer, and nobody has declared the host dead. */
  readonly hostUp: boolean;
  /** The compute agent answers, whatever was declared. */
  readonly hostAnswers: boolean;
  /** An operator has declared that nothing runs on the host. That replaces the silence of its agent (lingering-guests.ts). */
  readonly hostForcedDown: boolean;
  readonly computeAgentId: string | null;
  readonly buildFailures: number;
};

const selectGuestsOnHosts = (read: CellReader) =>
  read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select([
      'guests.id',
      'guests.instance_uuid',
      'guests.host_id',
      'guests.role',
      'guests.epoch',
      'guests.generation',
      'guests.power',
      'guests.was_started',
      'guests.restarts',
      'guests.restart_kind',
      'guests.graceful_stop_ms',
      'guests.parts',
      'guests.observed_parts',
      'guests.settled',
      'guests.found_power',
      'guests.found_generation',
      'guests.found_restarts',
      'guests.progress',
      'guests.error',
      'guests.errors',
      'guests.created_at',
      'guests.changed_at',
      'hosts.name as host_name',
      'hosts.up as host_up',
      'hosts.forced_down as host_forced_down',
      'hosts.compute_agent_id',
      'hosts.build_failures',
    ])
    .select(agentAnswers('hosts.compute_agent_id').$castTo<number>().as('host_answers'));

/** The guests of an instance with the state of their hosts; without quarantined ones. */
export async function guestsOf(read: CellReader, instanceUuid: string): Promise<readonly GuestOnHost[]> {
  const rows = await selectGuestsOnHosts(read)
    .where('guests.instance_uuid', '=', instanceUuid)
    .where('guests.role', '!=', 'aside')
    .execute();
  return cellRows(rows);
}

/** Guests whose wake-up may have been lost: not settled and without a report since, on hosts that are up. */
export async function overdueGuests(read: CellReader, since: number, limit: number): Promise<readonly GuestOnHost[]> {
  const rows = await selectGuestsOnHosts(read)
    .where('guests.settled', '=', 0)
    .where('guests.changed_at', '<', since)
    .where('hosts.up', '=', 1)
    .limit(limit)
    .execute();
  return cellRows(rows);
}

/**
 * The desired states that an agent is told. It leaves out two kinds of guests: those whose ports are not plugged yet, unless they are to be
 * absent; and those that wait for another guest of their instance to go (lingering-guests.ts), unless they are to be stopped or absent.
 */
export async function desiredGuests(
  read: CellReader,
  agentId: string,
  ids: readonly string[] | null,
  unsettledOnly: boolean,
  now: number,
): Promise<DesiredGuest[]> {
  if (ids?.length === 0) return [];
  let query = read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .leftJoin('instances', 'instances.uuid', 'guests.instance_uuid')
    .select([
      'guests.id',
      'guests.epoch',
      'guests.generation',
      'guests.power',
      'guests.restarts',
      'guests.restart_kind',
    ])
    .select([
      'guests.graceful_stop_ms',
      'guests.spec',
      'guests.parts',
      'hosts.name as host_name',
      'instances.seq',
      'instances.instance_name',
    ])
    .where('hosts.compute_agent_id', '=', agentId)
    .where(sql<boolean>`(guests.power = 'absent' OR NOT EXISTS (
      SELECT 1 FROM port_bindings b WHERE b.guest_id = guests.id AND b.present = 1 AND b.settled = 0))`)
    .where(sql<boolean>`(guests.power IN ('absent', 'stopped') OR NOT ${isBehindAnother(now)})`);
  if (ids !== null) query = query.where('guests.id', 'in', ids);
  if (unsettledOnly) query = query.where('guests.settled', '=', 0);
  return (await query.execute()).map((row) => {
    const spec = fromJson<StoredSpec>(row.spec);
    return {
      guestId: row.id,
      hostName: row.host_name,
      epoch: row.epoch,
      generation: row.generation,
      power: row.power,
      restarts: row.restarts,
      restartKind: row.restart_kind,
      gracefulStopMs: row.graceful_stop_ms,
      spec: { ...spec, instanceName: row.instance_name ?? spec.instanceName ?? instanceName(row.seq ?? 0) },
      ...(row.parts === null ? {} : { parts: partsOf(row) }),
    };
  });
}

export async function guestExists(read: CellReader, id: string): Promise<boolean> {
  const row = await read.selectFrom('guests').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}

/** The compute agent of a guest's host, and whether the host is up; null when the guest does not exist. */
export async function agentOfGuest(read: CellReader, id: string) {
  const row = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .innerJoin('agents', 'agents.id', 'hosts.compute_agent_id')
    .select(['guests.id', 'agents.id as agent_id', 'agents.url', 'agents.up', 'hosts.name'])
    .where('guests.id', '=', id)
    .executeTakeFirst();
  return cellRowOrNull(row);
}

/** The generation of a guest's desired state; null when the guest does not exist. */
export async function generationOf(read: CellReader, id: string): Promise<number | null> {
  const row = await read.selectFrom('guests').select('generation').where('id', '=', id).executeTakeFirst();
  return row?.generation ?? null;
}
