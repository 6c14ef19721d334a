import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceAction } from '#platform/objects/instance.ts';
import type { OperationStep } from '#platform/objects/operation.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { timestamp } from '#platform/time/clock.ts';
import { actionName, eventName } from '../actions/log-names.ts';
import type { ConductorParts } from '../parts.ts';

const MAX_ACTIONS = 1_000;

/** The action log of a server, newest first; deleted servers have one too. */
export async function listActions(parts: ConductorParts, uuid: string): Promise<InstanceAction[]> {
  const store = createSqlOperationStore(parts.database);
  const rows = await store.list({ subject: uuid, limit: MAX_ACTIONS });
  if (rows.length === 0) throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
  return rows.filter(isShown).map((row) => toAction(row, parts));
}

/**
 * A move is in the log once: as the `moveOut` of the source cell while it is in progress or when it failed, and as the `moveIn` of the
 * target cell when it succeeded. A withdrawal of a port is there if it was carried out: nobody asked for one that was prevented.
 */
export const isShown = ({ kind, state }: OperationRow): boolean =>
  !(kind === 'moveOut' && state === 'done') &&
  !(kind === 'moveIn' && state === 'undone') &&
  !(kind === 'withdrawPort' && state === 'undone');

function toAction(row: OperationRow, parts: ConductorParts): InstanceAction {
  const { label } = row.params as { label?: string };
  const failed = row.state === 'undoing' || row.state === 'undone' || row.state === 'stranded';
  return {
    requestId: row.requestId,
    instanceUuid: row.subject,
    action: label ?? actionName(row.kind),
    userId: row.userId,
    projectId: row.projectId,
    startTime: timestamp(row.createdAt),
    updatedAt: timestamp(row.updatedAt),
    message: failed ? 'Error' : null,
    events: eventsOf(row, parts),
  };
}

type Event = InstanceAction['events'][number];

/** One event for each step, newest first. It covers all tries: the start of the first, and the result of the last. */
function eventsOf(row: OperationRow, parts: ConductorParts): Event[] {
  const tries = new Map<string, OperationStep[]>();
  for (const entry of row.history.filter(({ direction }) => direction === 'do'))
    tries.set(entry.name, [...(tries.get(entry.name) ?? []), entry]);
  const goesOn = row.finishedAt === null && row.state !== 'undoing';
  const current = goesOn ? parts.engine.definition(row.kind)?.steps[row.stepIndex]?.name : undefined;
  const events = [...tries].map(([name, entries]) => eventOf(row, name, entries, name === current));
  if (current !== undefined && !tries.has(current)) events.push(eventOf(row, current, [], true));
  return events.reverse();
}

function eventOf(row: OperationRow, step: string, tries: readonly OperationStep[], goesOn: boolean): Event {
  const last = tries.at(-1);
  const succeeded = last?.outcome === 'done';
  const result = goesOn || last === undefined ? null : succeeded ? 'Success' : 'Error';
  const failed = result === 'Error';
  return {
    event: eventName(row.kind, step),
    startTime: tries[0]?.startedAt ?? timestamp(row.createdAt),
    finishTime: goesOn ? null : (last?.finishedAt ?? null),
    result,
    traceback: failed ? tries.map(tryLine).join('\n') : null,
    host: tries.findLast(({ host }) => host !== undefined)?.host ?? null,
    details: failed ? (last?.outcome === 'resolved' ? row.message : (last?.message ?? null)) : null,
  };
}

/** A try as admins see it: time, host, worker and result. */
const tryLine = ({ attempt, finishedAt, host, worker, outcome, message }: OperationStep): string =>
  `try ${attempt}, ${finishedAt ?? 'not finished'}${host === undefined ? '' : `, on ${host}`}, by ${worker}: ${message ?? outcome}`;
