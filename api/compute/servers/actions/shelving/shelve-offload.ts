import { policy } from '../../../../http/policy.ts';
import { cellAction } from '../cell-action.ts';

export const shelveOffload = cellAction({
  name: 'shelveOffload',
  kind: 'shelveOffload',
  policy: policy('os_compute_api:os-shelve:shelve_offload'),
  summary: 'Takes a shelved server off its host.',
});
