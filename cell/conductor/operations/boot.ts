import { type Static, Type } from 'typebox';
import { DESIRED_POWERS } from '#platform/objects/guest.ts';
import { GuestParts } from '#platform/objects/guest-parts.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import { defineCellOperation } from './cell-operation.ts';
import { settleGuest } from './settle-guest.ts';

/** The guest, with its desired power and parts before. The new ones were committed with the operation. */
const Params = Type.Object({ guestId: Uuid, before: oneOf(DESIRED_POWERS), partsBefore: GuestParts });
export type BootParams = Static<typeof Params>;

/** The operation of an action that changes what the guest starts from; the instance is in `vmState` afterwards. */
export const bootOperation = (kind: string, vmState: VmState) =>
  defineCellOperation({
    kind,
    params: Params,
    // Back: the user gets the server as it was. The image may be large, and has to be fetched first.
    deadline: { ms: 3_600_000, policy: 'back' },
    steps: [
      settleGuest<BootParams>({
        vmState: () => vmState,
        before: ({ before, partsBefore }) => ({ power: before, parts: partsBefore }),
      }),
    ],
  });
