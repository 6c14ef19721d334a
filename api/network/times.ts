/** Neutron writes moments in whole seconds. */
export const neutronTime = (iso: string): string => `${iso.slice(0, 19)}Z`;
