import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const unrescue = cellAction({
  name: 'unrescue',
  kind: 'unrescue',
  policy: policy('os_compute_api:os-unrescue'),
  summary: 'Starts a rescued server from its own disk again.',
});
