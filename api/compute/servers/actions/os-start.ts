import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const osStart = cellAction({
  name: 'os-start',
  kind: 'start',
  policy: policy('os_compute_api:servers:start'),
  summary: 'Starts a stopped server.',
});
