import { ADMIN, type PolicyCheck } from '../../http/policy.ts';
import { imagePolicy } from '../policy.ts';

/** Every role in the project may read. */
const OWN_PROJECT: PolicyCheck = (caller, { projectId }) =>
  caller.isAdmin || projectId === undefined || projectId === caller.projectId;

export const GET_USAGE = imagePolicy('get_usage');
export const GET_QUOTA = imagePolicy('get_quota', OWN_PROJECT);
export const UPDATE_QUOTA = imagePolicy('update_quota', ADMIN);
export const DELETE_QUOTA = imagePolicy('delete_quota', ADMIN);
