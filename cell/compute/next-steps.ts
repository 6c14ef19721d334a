import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { GuestFact } from './drivers/driver.ts';

/** What an executor can do to a guest. */
export type Step =
  | 'accept'
  | 'prepare-disk'
  | 'start'
  | 'shut-down'
  | 'kill'
  | 'pause'
  | 'unpause'
  | 'suspend-to-disk'
  | 'resume-from-disk'
  | 'discard-suspended'
  | 'remove';

/**
 * steps: carry these out in order, then look again. None: nothing is left to do.
 * stale: the desired state is older than one that this host has already accepted; the agent does nothing for it.
 * refused: it can't be done now, for this reason; it may be tried later.
 */
type Decision =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly reason: string };

/** A guest that crashes this often within a minute stays down until the minute is over or somebody asks for it anew. */
export const UNASKED_STARTS_MAX = 3;

/**
 * The steps from the observed to the desired state. Pure. Each step leads to facts from which the rest is decided again, so that it
 * serves the first time, the retry and the recovery after a crash alike, and gets on even when every attempt is cut off after one step.
 */
export function nextSteps(desired: DesiredGuest, observed: GuestFact | null): Decision {
  if (observed === null) return steps(...(desired.power === 'absent' ? [] : ['accept' as const]));
  if (isOlder(desired, observed.desired)) return { kind: 'stale' };
  // First of all it is remembered: what is to go is not started again by an agent that dies half-way.
  if (isOlder(observed.desired, desired)) return steps('accept');
  if (desired.power === 'absent') return steps(hasProcess(observed) ? 'kill' : 'remove');
  if (observed.leftover) return steps('kill');
  switch (desired.power) {
    case 'stopped':
      return toStopped(observed);
    case 'running':
    case 'paused':
    case 'suspended':
      return toLife(desired, observed);
  }
}

function toStopped(observed: GuestFact): Decision {
  switch (observed.power) {
    case 'running':
      return steps('shut-down');
    case 'paused':
    case 'crashed':
      return steps('kill');
    case 'suspended':
      return steps('discard-suspended');
    case 'shutdown':
      return steps(...(observed.hasDisk ? [] : ['prepare-disk' as const]));
  }
}

function toLife(desired: DesiredGuest, observed: GuestFact): Decision {
  const restart = observed.restarts < desired.restarts;
  switch (observed.power) {
    case 'running':
      if (restart) return steps(desired.restartKind === 'soft' ? 'shut-down' : 'kill');
      if (desired.power === 'running') return steps();
      return steps(desired.power === 'paused' ? 'pause' : 'suspend-to-disk');
    case 'paused':
      if (restart) return steps('kill');
      if (desired.power === 'paused') return steps();
      return steps(desired.power === 'running' ? 'unpause' : 'suspend-to-disk');
    case 'suspended':
      if (restart) return steps('discard-suspended');
      return steps(...(desired.power === 'suspended' ? [] : ['resume-from-disk' as const]));
    case 'shutdown':
      // It ended from inside after this generation had been carried out: that is its owner's will until another one is told.
      if (observed.stoppedByItself) return steps();
      return steps(...(observed.hasDisk ? [] : ['prepare-disk' as const]), 'start');
    case 'crashed':
      if (observed.unaskedStarts >= UNASKED_STARTS_MAX) {
        const reason = `The guest ended ${observed.unaskedStarts + 1} times within a minute; it is left alone for now.`;
        return { kind: 'refused', reason };
      }
      return steps('start');
  }
}

const steps = (...list: readonly Step[]): Decision => ({ kind: 'steps', steps: list });

const hasProcess = (observed: GuestFact): boolean =>
  observed.leftover || observed.power === 'running' || observed.power === 'paused';

const isOlder = (a: DesiredGuest, b: DesiredGuest): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.generation < b.generation);

/** Whether the observed state satisfies the desired one. A guest that shut itself down had reached its desired state. */
export function isSettled(desired: DesiredGuest, observed: GuestFact | null): boolean {
  const decision = nextSteps(desired, observed);
  return decision.kind === 'steps' && decision.steps.length === 0;
}
