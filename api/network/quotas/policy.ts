import { networkPolicy } from '../policy.ts';

export const GET_QUOTA = networkPolicy('get_quota');
export const LIST_QUOTAS = networkPolicy('get_quotas', 'get_quota');
export const UPDATE_QUOTA = networkPolicy('update_quota');
export const DELETE_QUOTA = networkPolicy('delete_quota');
