import { networkPolicy } from '../policy.ts';

export const GET_AGENT = networkPolicy('get_agent');
export const UPDATE_AGENT = networkPolicy('update_agent');
export const DELETE_AGENT = networkPolicy('delete_agent');
export const GET_AGENTS_OF_NETWORK = networkPolicy('get_dhcp-agents');
export const GET_AGENTS_OF_ROUTER = networkPolicy('get_l3-agents');
