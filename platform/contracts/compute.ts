import { Type } from 'typebox';
import { GuestStats } from '../objects/guest.ts';
import { Count, nullable, Uuid } from '../objects/scalars.ts';
import { call, contract } from './contract.ts';

/**
 * What a compute agent answers to the conductor of its cell (at the URL it announced).
 *
 * Versions:
 * 2: `guestDisks`, for the estimate of a move; agents first, a conductor that gets `unsupported` estimates from the flavor.
 * 1: first form.
 */
export const computeContract = contract({
  name: 'compute',
  version: 2,
  oldest: 1,
  checksAnswers: true,
  calls: {
    /** The serial console's log, its last `lines` lines (null: all that is kept). `not-found`: no such guest here. */
    consoleOutput: call(
      Type.Object({ guestId: Uuid, lines: nullable(Type.Integer()) }),
      Type.Object({ output: Type.String() }),
    ),
    /** What a running guest has used. `not-found`: no such guest here; `conflict`: it does not run. */
    guestStats: call(Type.Object({ guestId: Uuid }), GuestStats),
    /** The disks that a move would transfer: the size that the guest sees, and how much would be sent, bytes. `not-found`. */
    guestDisks: call(
      Type.Object({ guestId: Uuid }),
      Type.Object({ disks: Type.Array(Type.Object({ name: Type.String(), virtualBytes: Count, bytes: Count })) }),
      { since: 2 },
    ),
  },
});
