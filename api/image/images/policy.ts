import { imagePolicy, ownerPolicy } from '../policy.ts';

export const LIST_IMAGES = imagePolicy('get_images');
export const GET_IMAGE = imagePolicy('get_image');
export const ADD_IMAGE = imagePolicy('add_image');
export const MODIFY_IMAGE = ownerPolicy('modify_image', 'modify');
export const DELETE_IMAGE = ownerPolicy('delete_image', 'delete');
export const UPLOAD_IMAGE = ownerPolicy('upload_image', 'upload data for');
/** Who may see an image, or has a ticket for it. */
export const DOWNLOAD_IMAGE = imagePolicy('download_image');
