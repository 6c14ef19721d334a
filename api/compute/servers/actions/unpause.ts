import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const unpause = cellAction({
  name: 'unpause',
  kind: 'unpause',
  policy: policy('os_compute_api:os-pause-server:unpause'),
  summary: 'Lets a paused server run on.',
});
