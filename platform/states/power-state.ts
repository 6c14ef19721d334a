/** The hypervisor's view of a guest, with Nova's numbers (nova/compute/power_state.py; 2 and 5 are unused). */
export const POWER_STATE = { none: 0, running: 1, paused: 3, shutdown: 4, crashed: 6, suspended: 7 } as const;
export type PowerState = keyof typeof POWER_STATE;
export const POWER_STATES = Object.keys(POWER_STATE) as readonly PowerState[];
