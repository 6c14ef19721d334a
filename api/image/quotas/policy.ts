import { imagePolicy } from '../policy.ts';

export const GET_USAGE = imagePolicy('get_image_usage');
export const GET_QUOTA = imagePolicy('get_image_quota');
export const UPDATE_QUOTA = imagePolicy('update_image_quota');
export const DELETE_QUOTA = imagePolicy('delete_image_quota');
