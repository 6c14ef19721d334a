import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const resume = cellAction({
  name: 'resume',
  kind: 'resume',
  policy: policy('os_compute_api:os-suspend-server:resume'),
  summary: 'Lets a suspended server run on.',
});
