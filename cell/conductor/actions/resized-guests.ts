import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestOnHost } from '../../database/stores/guests.ts';
import { currentGuest } from './current-guest.ts';
import type { Beginning } from './server-action.ts';

/** The guest that the resize created, and the guest from before it. @throws VolvoxError conflict when one is missing. */
export function resizedGuests(
  beginning: Beginning<unknown>,
  kind: string,
): { readonly current: GuestOnHost; readonly source: GuestOnHost } {
  const current = currentGuest(beginning, kind);
  const source = beginning.guests.find(({ role }) => role === 'source');
  if (source !== undefined) return { current, source };
  throw new VolvoxError('conflict', `Instance ${beginning.instance.uuid} has no guest from before a resize.`);
}
