import { networkPolicy } from '../policy.ts';

export const GET_IP_AVAILABILITY = networkPolicy('get_network_ip_availability');
