import type { ObservedBinding } from '#platform/objects/port-binding.ts';
import {
  forgetBindings,
  pluggedGuests,
  type ReportedBinding,
  reportedBindings,
  saveObservedBindings,
} from '../../database/stores/binding-reports.ts';
import { markSpawning } from '../../database/stores/instances.ts';
import { bindingsElsewhere } from '../../database/stores/on-other-hosts.ts';
import type { ConductorParts } from '../parts.ts';
import { wakeOwners } from './guest-reports.ts';
import { noteElsewhere } from './overreach.ts';

type BindingVerdict = 'ignore' | 'keep' | 'gone';

/** The meaning of a report: out of date; to be stored; or nothing is left of a port that was to be removed. Pure. */
export function judge(observed: ObservedBinding, row: ReportedBinding | undefined): BindingVerdict {
  if (row === undefined || observed.generation !== row.generation) return 'ignore';
  return row.leaving && observed.settled && !observed.present ? 'gone' : 'keep';
}

/** Stores what a network agent observed. The compute agent of a guest whose last port was plugged is woken at once. */
export async function reportBindings(
  parts: ConductorParts,
  agentId: string,
  reports: readonly ObservedBinding[],
): Promise<void> {
  const { read } = parts.database;
  const rows = new Map(
    (
      await reportedBindings(
        read,
        agentId,
        reports.map((observed) => observed.bindingId),
      )
    ).map((row) => [row.id, row]),
  );
  const by: Record<BindingVerdict, ObservedBinding[]> = { ignore: [], keep: [], gone: [] };
  for (const observed of reports) by[judge(observed, rows.get(observed.bindingId))].push(observed);
  const unlisted = by.ignore.flatMap(({ bindingId }) => (rows.has(bindingId) ? [] : [bindingId]));
  noteElsewhere(parts, agentId, 'reported ports', await bindingsElsewhere(read, agentId, unlisted));

  await saveObservedBindings(parts.database.write, by.keep, parts.clock.now());
  await forgetBindings(
    parts.database.write,
    by.gone.map((observed) => ({ id: observed.bindingId, generation: observed.generation })),
  );
  await showPlugged(
    parts,
    by.keep
      .filter((observed) => observed.settled && observed.present)
      .flatMap((observed) => rows.get(observed.bindingId) ?? []),
  );
  const waiting = [...by.gone, ...by.keep.filter((observed) => observed.error !== null || !observed.present)];
  for (const observed of waiting) {
    wakeOwners(parts, rows.get(observed.bindingId));
  }
}

async function showPlugged(parts: ConductorParts, rows: readonly ReportedBinding[]): Promise<void> {
  const { read } = parts.database;
  const plugged = await pluggedGuests(read, [...new Set(rows.map((row) => row.guestId))]);
  parts.agents.wakeEach(plugged, (guest) => guest.computeAgentId);
  const uuids = plugged.map((guest) => guest.instanceUuid);
  if (uuids.length > 0) await markSpawning(parts.database.write, uuids, parts.clock.now());
  // Wakes operations that wait for ports (a resize); a build waits for its guest.
  const starting = new Set(plugged.map((guest) => guest.id));
  for (const row of rows) {
    if (!starting.has(row.guestId)) wakeOwners(parts, row);
  }
}
