import type { Static } from 'typebox';
import { type TSchema, Type } from 'typebox';
import type { DesiredPower } from '#platform/objects/guest.ts';
import type { ActionRule } from '#platform/states/action-rule.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import { type GuestOnHost, setDesired } from '../../database/stores/guests.ts';
import { type PowerParams, powerOperation } from '../operations/power.ts';
import { currentGuest } from './current-guest.ts';
import { type AnyAction, type Beginning, serverAction } from './server-action.ts';

const NoParams = Type.Object({});

/** The state of an instance whose guest has this power. */
const VM_STATE_AT = {
  running: 'active',
  stopped: 'stopped',
  paused: 'paused',
  suspended: 'suspended',
} as const satisfies Partial<Record<DesiredPower, VmState>>;

const POWER_OF: ReadonlyMap<VmState, DesiredPower> = new Map(
  (Object.keys(VM_STATE_AT) as (keyof typeof VM_STATE_AT)[]).map((power) => [VM_STATE_AT[power], power]),
);

/** The power to go back to. The guest may still be asked for that of an action which this one interrupts. */
const powerBefore = ({ instance }: Beginning<unknown>, guest: GuestOnHost): DesiredPower =>
  POWER_OF.get(instance.vmState) ?? guest.power;

interface PowerAction<P extends TSchema> {
  readonly kind: string;
  readonly since: string;
  readonly params: P;
  readonly rule: (params: Static<P>) => ActionRule;
  /** The desired power of the guest; the state of the instance follows once the guest has reached it. */
  readonly power: keyof typeof VM_STATE_AT;
  /** How the guest is restarted; absent: it is not. */
  readonly restart?: (params: Static<P>) => 'soft' | 'hard';
}

/** An action that sets another desired power of the guest, and is done when the agent reports that the guest has reached it. */
export function powerAction<P extends TSchema>(definition: PowerAction<P>): AnyAction {
  const { kind, since, params, rule, power, restart } = definition;
  return serverAction<P>({
    kind,
    since,
    params,
    rule,
    operation: powerOperation(kind, VM_STATE_AT[power]),
    // Nova's name for the event of the only step.
    log: { events: { settle: `compute_${kind}_instance` } },
    begin: async (tx, beginning) => {
      const guest = currentGuest(beginning, kind);
      const how = restart === undefined ? {} : { restart: restart(beginning.params) };
      await setDesired(tx, guest.id, { power, ...how }, beginning.now);
      const powerParams: PowerParams = { guestId: guest.id, before: powerBefore(beginning, guest) };
      return { params: powerParams, wake: [guest], hosts: [] };
    },
  });
}

/** The same for an action that has no parameters and one rule. */
export const plainPowerAction = (
  definition: Omit<PowerAction<typeof NoParams>, 'params' | 'rule' | 'restart'> & { readonly rule: ActionRule },
): AnyAction => powerAction({ ...definition, params: NoParams, rule: () => definition.rule });
