import { networkPolicy } from '../policy.ts';

/** What a caller may not know of is not found; the store decides that by owner. */
export const GET_FLOATING_IP = networkPolicy('get_floatingip');
export const CREATE_FLOATING_IP = networkPolicy('create_floatingip');
export const CHOOSE_ADDRESS = networkPolicy('create_floatingip:floating_ip_address');
export const UPDATE_FLOATING_IP = networkPolicy('update_floatingip');
export const DELETE_FLOATING_IP = networkPolicy('delete_floatingip');
export const GET_FORWARDING = networkPolicy('get_floatingip_port_forwarding');
export const CREATE_FORWARDING = networkPolicy('create_floatingip_port_forwarding');
export const UPDATE_FORWARDING = networkPolicy('update_floatingip_port_forwarding');
export const DELETE_FORWARDING = networkPolicy('delete_floatingip_port_forwarding');
