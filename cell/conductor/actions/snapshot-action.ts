import { fromJson } from '#platform/database/json-column.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { ActionRule } from '#platform/states/action-rule.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import type { SnapshotParams, snapshotOperation } from '../operations/snapshot.ts';
import { currentGuest } from './current-guest.ts';
import { SavedImage, saveFor } from './save-of-guest.ts';
import { type AnyAction, serverAction } from './server-action.ts';

interface SnapshotAction {
  readonly kind: string;
  readonly rule: ActionRule;
  readonly operation: ReturnType<typeof snapshotOperation>;
  /** Nova's name for the event. */
  readonly event: string;
}

/** An action that makes an image of the root disk of a server. The server stays as it is; a lock does not matter. */
export const snapshotAction = ({ kind, rule, operation, event }: SnapshotAction): AnyAction =>
  serverAction({
    kind,
    since: '0.1.0',
    params: SavedImage,
    ignoresLock: true,
    rule: () => rule,
    operation,
    log: { events: { snapshot: event } },
    begin: async (tx, beginning) => {
      const { params, instance, now } = beginning;
      const guest = currentGuest(beginning, kind);
      const parts = partsOf(guest);
      const save = saveFor(params, fromJson<InstanceBuild>(instance.build).image);
      await setDesired(tx, guest.id, { power: guest.power, parts: { ...parts, saves: [...parts.saves, save] } }, now);
      const made: SnapshotParams = { guestId: guest.id, imageId: params.imageId };
      return { params: made, wake: [guest], hosts: [] };
    },
  });
