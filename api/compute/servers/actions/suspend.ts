import { policy } from '../../../http/policy.ts';
import { cellAction } from './cell-action.ts';

export const suspend = cellAction({
  name: 'suspend',
  kind: 'suspend',
  policy: policy('os_compute_api:os-suspend-server:suspend'),
  summary: 'Writes the memory of a server to disk and stops it.',
});
