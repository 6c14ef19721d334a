import { ADMIN, type PolicyCheck } from '../../http/policy.ts';
import { networkPolicy } from '../policy.ts';

/** Every role in the project may read. */
const OWN_PROJECT: PolicyCheck = (caller, { projectId }) =>
  caller.isAdmin || projectId === undefined || projectId === caller.projectId;

export const GET_QUOTA = networkPolicy('get_quota', OWN_PROJECT);
export const LIST_QUOTAS = networkPolicy('get_quota', ADMIN);
export const UPDATE_QUOTA = networkPolicy('update_quota', ADMIN);
export const DELETE_QUOTA = networkPolicy('delete_quota', ADMIN);
