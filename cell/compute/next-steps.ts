import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { GuestFact } from './drivers/driver.ts';
import { needsOf } from './parts/index.ts';
import { migrationNeeds } from './parts/migration.ts';
import type { Action, Step } from './steps.ts';

/**
 * steps: carry these out in order, then look again. None: nothing is left to do.
 * stale: the desired state is older than one that this host has already accepted; the agent does nothing for it.
 * refused: it can't be done now, for this reason; it may be tried later, unless the refusal is permanent.
 */
type Decision =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly reason: string; readonly permanent?: boolean };

/** A guest that crashes this often within a minute stays down until the minute is over or somebody asks for it anew. */
export const UNASKED_STARTS_MAX = 3;

/**
 * The steps from the observed to the desired state. Pure. Each step leads to facts from which the rest is decided again, so that it
 * serves the first time, the retry and the recovery after a crash alike, and gets on even when every attempt is cut off after one step.
 */
export function nextSteps(desired: DesiredGuest, observed: GuestFact | null): Decision {
  if (observed === null) return desired.power === 'absent' ? idle : plain('accept');
  if (isOlder(desired, observed.desired)) return { kind: 'stale' };
  // First of all it is remembered: what is to go is not started again by an agent that dies half-way.
  if (isOlder(observed.desired, desired)) return plain('accept');
  if (desired.power === 'absent') return plain(hasProcess(observed) ? 'kill' : 'remove');
  if (observed.leftover) return plain('kill');
  const migrating = migrationNeeds(desired, observed);
  if (migrating !== null) return migrating.kind === 'steps' ? migrating : { ...migrating, permanent: true };
  const needs = needsOf(desired, observed);
  switch (observed.power) {
    case 'running': {
      if (needs.restart) return steps([...needs.beforeRestart, shutDownStep(desired)]);
      if (desired.power === 'stopped') return shutDown(desired);
      if (isRestartDue(desired, observed)) return desired.restartKind === 'soft' ? shutDown(desired) : plain('kill');
      if (desired.power === 'running') return steps(needs.afterwards);
      return plain(desired.power === 'paused' ? 'pause' : 'suspend-to-disk');
    }
    case 'paused':
      if (needs.restart) return steps([...needs.beforeRestart, { action: 'kill' }]);
      if (desired.power === 'stopped' || isRestartDue(desired, observed)) return plain('kill');
      if (desired.power === 'paused') return steps(needs.afterwards);
      return plain(desired.power === 'running' ? 'unpause' : 'suspend-to-disk');
    case 'suspended':
      if (needs.restart) return steps([...needs.beforeRestart, { action: 'discard-suspended' }]);
      if (desired.power === 'stopped' || isRestartDue(desired, observed)) return plain('discard-suspended');
      return desired.power === 'suspended' ? steps(needs.afterwards) : plain('resume-from-disk');
    case 'shutdown':
    case 'crashed':
      return withoutMachine(desired, observed);
  }
}

function withoutMachine(desired: DesiredGuest, observed: GuestFact): Decision {
  const { whileDown, beforeStart, afterwards } = needsOf(desired, observed);
  if (whileDown.length > 0) return steps(whileDown);
  if (desired.power === 'stopped' && observed.power === 'crashed') return plain('kill');
  const disks: readonly Step[] = observed.hasDisk ? [] : [{ action: 'prepare-disk' }];
  if (desired.power === 'stopped') return steps([...disks, ...afterwards]);
  if (isOffAsOwnerWants(desired, observed)) return steps(afterwards);
  if (observed.power === 'crashed' && observed.unaskedStarts >= UNASKED_STARTS_MAX) {
    const reason = `The guest ended ${observed.unaskedStarts + 1} times within a minute; it is left alone for now.`;
    return { kind: 'refused', reason };
  }
  return steps([...disks, ...beforeStart, { action: 'start' }]);
}

/**
 * Its owner shut it down from inside, and it stays off until a later generation. This does not hold while its disks are to be made anew or
 * a restart is due. Nor does it hold for a guest that is to be paused or suspended: a paused guest cannot shut itself down, so this one did
 * it before the agent could pause it.
 */
const isOffAsOwnerWants = (desired: DesiredGuest, observed: GuestFact): boolean =>
  observed.stoppedByItself && desired.power === 'running' && observed.hasDisk && !isRestartDue(desired, observed);

const steps = (list: readonly Step[]): Decision => ({ kind: 'steps', steps: list });
const idle = steps([]);

/** One action without arguments. */
type PlainAction = {
  [A in Action]: keyof Omit<Extract<Step, { action: A }>, 'action'> extends never ? A : never;
}[Action];
const plain = (action: PlainAction): Decision => steps([{ action }]);

const shutDownStep = ({ gracefulStopMs }: DesiredGuest): Step => ({
  action: 'shut-down',
  gracefulMs: gracefulStopMs,
});
const shutDown = (desired: DesiredGuest): Decision => steps([shutDownStep(desired)]);

const isRestartDue = (desired: DesiredGuest, observed: GuestFact): boolean => observed.restarts < desired.restarts;

const hasProcess = (observed: GuestFact): boolean =>
  observed.leftover || observed.power === 'running' || observed.power === 'paused';

const isOlder = (a: DesiredGuest, b: DesiredGuest): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.generation < b.generation);

/** Whether the observed state satisfies the desired one. A guest that shut itself down had reached its desired state. */
export function isSettled(desired: DesiredGuest, observed: GuestFact | null): boolean {
  const decision = nextSteps(desired, observed);
  return decision.kind === 'steps' && decision.steps.length === 0;
}
