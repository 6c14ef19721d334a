import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { isWithoutGuest, UNSHELVE_FIRST } from '#platform/states/shelve-rules.ts';
import type { GuestOnHost } from '../../database/stores/guests.ts';
import type { Beginning } from './server-action.ts';

/** The guest that the instance names. @throws VolvoxError conflict when it has none, in Nova's words (InstanceNotReady) and with the way back. */
export function currentGuest({ instance, guests }: Beginning<unknown>, kind: string): GuestOnHost {
  const current = guests.find((guest) => guest.id === instance.guestId);
  if (current !== undefined) return current;
  const next = isWithoutGuest(instance) ? UNSHELVE_FIRST : 'No host has a guest of it.';
  throw new VolvoxError('conflict', `Instance ${instance.uuid} is not ready. ${next}`, {
    details: { attribute: 'vm_state', state: instance.vmState, method: kind },
  });
}
