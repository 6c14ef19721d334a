import { actionRule } from './action-rule.ts';

const SAVED_IN = ['active', 'stopped', 'paused', 'suspended'] as const;

/** Where actions may begin that make an image of a server's disk. The API asks these too, before it makes the image. */
export const CREATE_IMAGE_RULE = actionRule(SAVED_IN, 'image_snapshot_pending');
export const CREATE_BACKUP_RULE = actionRule(SAVED_IN, 'image_backup');
