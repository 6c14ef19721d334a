import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { GuestFact } from '../drivers/driver.ts';
import type { Step } from '../steps.ts';
import { partsOf } from './part.ts';

/** `refused`: the migration has failed here, for good. */
type MigrationNeeds =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * One side of a live migration, which decides about the machine as long as it lasts; null: the power of the guest does. Pure.
 *
 * The processors of the incoming machine do not run before the part is gone from its desired state, and those of the outgoing one not any
 * more once all was sent. So the transaction that takes the part away decides which of the two runs on (decision 0026).
 */
export function migrationNeeds(desired: DesiredGuest, observed: GuestFact): MigrationNeeds | null {
  const { migration } = partsOf(desired);
  const { incoming, outgoing } = observed;
  if (migration === undefined) {
    if (outgoing !== null) return steps({ action: 'end-sending' });
    return incoming !== null && hasProcess(observed) ? steps({ action: 'take-over' }) : null;
  }
  if (migration.role === 'incoming') {
    if (incoming === null)
      return steps(...(observed.hasDisk ? [] : [{ action: 'prepare-disk' } as const]), {
        action: 'receive',
        migrationId: migration.id,
      });
    return hasProcess(observed) ? steps() : refused('The machine that waited for the memory of the guest has ended.');
  }
  if (outgoing?.id === migration.id) {
    if (outgoing.state === 'failed') return refused(outgoing.message);
    if (outgoing.state === 'sent') return steps();
  } else if (!hasProcess(observed)) return refused('The guest has no machine in memory.');
  return steps({ action: 'send', migration });
}

const hasProcess = ({ power }: GuestFact): boolean => power === 'running' || power === 'paused';
const steps = (...list: readonly Step[]): MigrationNeeds => ({ kind: 'steps', steps: list });
const refused = (reason: string): MigrationNeeds => ({ kind: 'refused', reason });
