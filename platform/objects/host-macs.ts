/** First bytes of the MACs that hosts give to their own devices: of what leads to guests, of bridges, and of gateways. */
export const HOST_MACS = { reach: '06', bridge: '0a', gateway: '0e' } as const;

/** Whether a device of some host may have the MAC. */
export const isHostMac = (mac: string): boolean => Object.values<string>(HOST_MACS).includes(mac.slice(0, 2));
