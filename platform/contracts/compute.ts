import { Type } from 'typebox';
import { GuestStats } from '../objects/guest.ts';
import { Image } from '../objects/image.ts';
import { Count, nullable, Uuid } from '../objects/scalars.ts';
import { call, contract } from './contract.ts';

/**
 * What a compute agent answers to the conductor of its cell (at the URL it announced).
 *
 * Versions:
 * 3: `injectNmi`, `setPassword`, `cacheImage`, and the stream of a console (console-streams.ts); agents first, an older one answers `unsupported`.
 * 2: `guestDisks`, for the estimate of a move; agents first, a conductor that gets `unsupported` estimates from the flavor.
 * 1: first form.
 */
export const computeContract = contract({
  name: 'compute',
  version: 3,
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
    /** Sends a non-maskable interrupt. `not-found`; `conflict`: it does not run. */
    injectNmi: call(Type.Object({ guestId: Uuid }), Type.Object({}), { since: 3 }),
    /**
     * Gives a user of the guest's system a password, through the guest agent. `not-found`; `conflict`: it does not run, it has no channel to
     * a guest agent, or the agent refuses; `unsupported`: no agent answers.
     */
    setPassword: call(
      Type.Object({ guestId: Uuid, user: Type.String({ minLength: 1, maxLength: 64 }), password: Type.String() }),
      Type.Object({}),
      { since: 3, deadlineMs: 15_000 },
    ),
    /**
     * Begins to fetch a base image that no guest here may have yet, and does not wait for it. `present`: it is here. A failure is logged: the
     * first guest that needs the image fetches it. `invalid`: no checksum.
     */
    cacheImage: call(Type.Object({ image: Image }), Type.Object({ present: Type.Boolean() }), { since: 3 }),
    /** The disks that a move would transfer: the size that the guest sees, and how much would be sent, bytes. `not-found`. */
    guestDisks: call(
      Type.Object({ guestId: Uuid }),
      Type.Object({ disks: Type.Array(Type.Object({ name: Type.String(), virtualBytes: Count, bytes: Count })) }),
      { since: 2 },
    ),
  },
});
