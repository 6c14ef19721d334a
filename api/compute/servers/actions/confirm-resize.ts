import type { ApiDeps } from '../../../deps.ts';
import { policy } from '../../../http/policy.ts';
import { endResize } from './end-resize.ts';

const POLICY = policy('os_compute_api:servers:confirm_resize');

export const confirmResize = (deps: ApiDeps) =>
  endResize(deps, { name: 'confirmResize', policy: POLICY, status: 204, summary: 'Keeps the new flavor.' });
