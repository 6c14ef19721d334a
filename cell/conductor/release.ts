/** The release of this code, as services and cells show it. */
export const RELEASE = '0.1.0';
