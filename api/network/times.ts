/** Neutron writes moments in whole seconds. */
export const neutronTime = (iso: string): string => `${iso.slice(0, 19)}Z`;
/** Of agents, it writes them without a zone. */
export const agentTime = (iso: string): string => iso.slice(0, 19).replace('T', ' ');
