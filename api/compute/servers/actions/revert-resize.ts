import type { ApiDeps } from '../../../deps.ts';
import { policy } from '../../../http/policy.ts';
import { endResize } from './end-resize.ts';

const POLICY = policy('os_compute_api:servers:revert_resize');

export const revertResize = (deps: ApiDeps) =>
  endResize(deps, { name: 'revertResize', policy: POLICY, status: 202, summary: 'Goes back to the old flavor.' });
