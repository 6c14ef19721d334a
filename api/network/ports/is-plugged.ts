/** Whether a server has a port, by the owner that the servers' API writes down. */
export const isPlugged = (port: { readonly device_owner?: string }): boolean =>
  port.device_owner?.startsWith('compute:') === true;
