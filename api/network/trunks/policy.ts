import { networkPolicy } from '../policy.ts';

export const GET_TRUNK = networkPolicy('get_trunk');
export const CREATE_TRUNK = networkPolicy('create_trunk');
export const UPDATE_TRUNK = networkPolicy('update_trunk');
export const DELETE_TRUNK = networkPolicy('delete_trunk');
export const GET_SUBPORTS = networkPolicy('get_subports');
export const ADD_SUBPORTS = networkPolicy('add_subports');
export const REMOVE_SUBPORTS = networkPolicy('remove_subports');
