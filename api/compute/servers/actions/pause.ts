import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const pause = cellAction({
  name: 'pause',
  kind: 'pause',
  policy: policy('os_compute_api:os-pause-server:pause'),
  summary: 'Pauses a running server; it stays in memory.',
});
