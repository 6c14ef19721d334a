import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const osStop = cellAction({
  name: 'os-stop',
  kind: 'stop',
  policy: policy('os_compute_api:servers:stop'),
  summary: 'Stops a running server.',
});
