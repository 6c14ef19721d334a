/** The release of this code, as services, agents and cells show it. */
export const RELEASE = '0.1.0';
