import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { fromJson } from '#platform/database/json-column.ts';
import { Flavor } from '#platform/objects/flavor.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { RESIZE_RULE } from '#platform/states/resize-rule.ts';
import { buildWrites } from '../../database/stores/instances.ts';
import { resize as operation, type ResizeParams } from '../operations/resize.ts';
import { beginMove } from './begin-move.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

const Params = Type.Object({
  flavor: Flavor,
  /** The host in this cell that the scheduler chose, and alternates. */
  hostId: Uuid,
  alternates: Type.Optional(Type.Array(Uuid)),
  /** 'migrate' when the flavor stays and only the host changes; for the action log. */
  label: Type.Optional(Type.String()),
  /** The server has it as soon as the resize begins, and keeps it when the resize is reverted (nova/compute/api.py). */
  diskConfig: Type.Optional(Type.Union([Type.Literal('AUTO'), Type.Literal('MANUAL')])),
});

/** Gives the server another flavor, another host, or both; the user confirms or reverts it afterwards. */
export const resize = serverAction({
  kind: 'resize',
  since: '0.1.0',
  params: Params,
  rule: () => RESIZE_RULE,
  operation,
  log: {
    events: {
      'claim-target': 'compute_prep_resize',
      'stop-source': 'compute_resize_instance',
      'start-target': 'compute_finish_resize',
    },
  },
  writes: ({ diskConfig }, instance) =>
    diskConfig === undefined ? {} : buildWrites({ ...fromJson<InstanceBuild>(instance.build), diskConfig }),
  begin: async (tx, beginning) => {
    const { flavor, hostId, alternates = [], label = null } = beginning.params;
    const guest = currentGuest(beginning, 'resize');
    const params: ResizeParams = {
      flavor,
      candidates: [...new Set([hostId, ...alternates])],
      sourceGuestId: guest.id,
      targetGuestId: randomUUID(),
      before: beginning.instance.vmState === 'stopped' ? 'stopped' : 'active',
      label,
    };
    await beginMove(tx, beginning, {
      type: label === 'migrate' ? 'migration' : 'resize',
      status: 'pre-migrating',
      newFlavorId: flavor.id,
    });
    return { params, wake: [], hosts: [] };
  },
});
