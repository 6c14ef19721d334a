import { CREATE_IMAGE_RULE } from '#platform/states/snapshot-rules.ts';
import { snapshotOperation } from '../operations/snapshot.ts';
import { snapshotAction } from './snapshot-action.ts';

const operation = snapshotOperation('createImage', {
  taskOf: (state) => (state === 'saved' || state === 'uploaded' ? 'image_uploading' : 'image_snapshot'),
  isToBeTold: false,
});

export const createImage = snapshotAction({
  kind: 'createImage',
  rule: CREATE_IMAGE_RULE,
  operation,
  event: 'compute_snapshot_instance',
});
