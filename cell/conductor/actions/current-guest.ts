import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestOnHost } from '../../database/stores/guests.ts';
import type { Beginning } from './server-action.ts';

/** The guest that the instance names. @throws VolvoxError conflict when it has none. */
export function currentGuest({ instance, guests }: Beginning<unknown>, kind: string): GuestOnHost {
  const current = guests.find((guest) => guest.id === instance.guestId);
  if (current !== undefined) return current;
  throw new VolvoxError('conflict', `Instance ${instance.uuid} has no guest on any host.`, {
    details: { attribute: 'vm_state', state: instance.vmState, method: kind },
  });
}
