import type { Static } from 'typebox';
import { type TSchema, Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestParts } from '#platform/objects/guest-parts.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import type { ActionRule } from '#platform/states/action-rule.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { type PowerKind, type PowerParams, powerOperation } from '../operations/power.ts';
import { currentGuest } from './current-guest.ts';
import { powerBefore, VM_STATE_AT } from './power-before.ts';
import { type AnyAction, serverAction } from './server-action.ts';

const NoParams = Type.Object({});

interface PowerAction<P extends TSchema> {
  readonly kind: PowerKind;
  readonly since: string;
  readonly params: P;
  readonly rule: (params: Static<P>) => ActionRule;
  /** The desired power of the guest; the state of the instance follows once the guest has reached it. */
  readonly power: keyof typeof VM_STATE_AT;
  /** How the guest is restarted; absent: it is not. */
  readonly restart?: (params: Static<P>) => 'soft' | 'hard';
  /** Other parts of the desired state than the power; absent: they stay as they are. */
  readonly parts?: (params: Static<P>, before: GuestParts) => GuestParts;
  /** Why this server cannot; null: it can. Absent: all can. */
  readonly refusal?: (build: InstanceBuild) => string | null;
}

/** An action that sets another desired power of the guest, and is done when the agent reports that the guest has reached it. */
export function powerAction<P extends TSchema>(definition: PowerAction<P>): AnyAction {
  const { kind, since, params, rule, power, restart, parts, refusal } = definition;
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
      const why = refusal?.(loadedBuild(beginning.instance)) ?? null;
      if (why !== null) throw new VolvoxError('conflict', why);
      const how = restart === undefined ? {} : { restart: restart(beginning.params) };
      const others = parts === undefined ? {} : { parts: parts(beginning.params, partsOf(guest)) };
      await setDesired(tx, guest.id, { power, ...how, ...others }, beginning.now);
      const powerParams: PowerParams = { guestId: guest.id, before: powerBefore(beginning, guest) };
      return { params: powerParams, wake: [guest], hosts: [] };
    },
  });
}

/** The same for an action that has no parameters and one rule. */
export const plainPowerAction = (
  definition: Omit<PowerAction<typeof NoParams>, 'params' | 'rule' | 'restart'> & { readonly rule: ActionRule },
): AnyAction => powerAction({ ...definition, params: NoParams, rule: () => definition.rule });
