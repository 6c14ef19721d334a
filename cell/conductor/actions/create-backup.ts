import { CREATE_BACKUP_RULE } from '#platform/states/snapshot-rules.ts';
import { snapshotOperation } from '../operations/snapshot.ts';
import { snapshotAction } from './snapshot-action.ts';

/** The global tier rotates the backups of a server when it hears that the new one has its bytes. */
const operation = snapshotOperation('createBackup', {
  taskOf: (state) => (state === 'saved' || state === 'uploaded' ? 'image_uploading' : 'image_backup'),
  isToBeTold: true,
});

export const createBackup = snapshotAction({
  kind: 'createBackup',
  rule: CREATE_BACKUP_RULE,
  operation,
  event: 'compute_backup_instance',
});
