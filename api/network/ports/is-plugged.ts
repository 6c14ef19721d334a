/** Whether a server has a port, by the owner that the servers' API writes down. */
export const isPlugged = (deviceOwner: string): boolean => deviceOwner.startsWith('compute:');
