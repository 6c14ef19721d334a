import { imagePolicy, ownerPolicy } from '../policy.ts';

export const GET_MEMBERS = imagePolicy('get_members');
export const GET_MEMBER = imagePolicy('get_member');
export const ADD_MEMBER = ownerPolicy('add_member', 'share');
export const DELETE_MEMBER = ownerPolicy('delete_member', 'share');
/** The member itself; the handler compares. */
export const MODIFY_MEMBER = imagePolicy('modify_member');
