import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import type { Instance } from '#platform/objects/instance.ts';

/** An accepted build that no cell has yet, or that no host could run, in the form of an instance, so that one view serves both. */
export function unplacedInstance(home: HomeWithBuild): Instance {
  const deleted = home.state === 'deleted';
  return {
    ...home.build,
    name: home.name,
    epoch: home.epoch,
    cellName: '',
    version: 0,
    vmState: deleted ? 'deleted' : home.state === 'buried' ? 'error' : 'building',
    taskState: home.state === 'accepted' ? (home.deleteRequested ? 'deleting' : 'scheduling') : null,
    powerState: 'none',
    host: null,
    node: null,
    zone: null,
    hostStatus: '',
    instanceName: '',
    progress: 0,
    fault: home.fault,
    lockedBy: null,
    lockReason: null,
    oldFlavor: null,
    launchedAt: null,
    terminatedAt: home.deletedAt,
    updatedAt: home.updatedAt,
    deletedAt: home.deletedAt,
  };
}

/** A server whose guest is gone, while the directory still has its ports and quota. */
export const instanceBeingReleased = (home: HomeWithBuild): Instance => ({
  ...unplacedInstance(home),
  vmState: 'stopped',
  taskState: 'deleting',
});
