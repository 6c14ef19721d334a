import { type Static, Type } from 'typebox';
import { DESIRED_POWERS } from '#platform/objects/guest.ts';
import { oneOf, Uuid } from '#platform/objects/scalars.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import { defineCellOperation } from './cell-operation.ts';
import { settleGuest } from './settle-guest.ts';

/** The guest, and its desired power before. The new desired power was committed with the operation. */
const Params = Type.Object({ guestId: Uuid, before: oneOf(DESIRED_POWERS) });
export type PowerParams = Static<typeof Params>;

/** Actions that only change the desired power of the guest. */
export const POWER_KINDS = ['start', 'stop', 'reboot', 'pause', 'unpause', 'suspend', 'resume'] as const;
export type PowerKind = (typeof POWER_KINDS)[number];

/** The operation of an action that changes the desired power of the guest; the instance is in `vmState` afterwards. */
export const powerOperation = (kind: PowerKind, vmState: VmState) =>
  defineCellOperation({
    kind,
    params: Params,
    // Back: a start or stop long after the request would surprise a user who has found another way since.
    deadline: { ms: 600_000, policy: 'back' },
    steps: [settleGuest<PowerParams>({ vmState: () => vmState, before: ({ before }) => ({ power: before }) })],
  });
