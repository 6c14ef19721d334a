/** Keystone writes moments with microseconds. @param ms since the epoch. */
export const keystoneTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
