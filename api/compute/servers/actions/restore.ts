import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const restore = cellAction({
  name: 'restore',
  kind: 'restore',
  policy: policy('os_compute_api:os-deferred-delete:restore'),
  summary: 'Restores a soft-deleted server.',
});
