/** What dnsmasq reads as something else in a line of its hosts: a lease time, an address, a keyword (dnsmasq(8), `--dhcp-host`). */
const NOT_A_NAME = /^([\d.]+[smhdw]?|ignore|infinite)$/i;

/** The name under which a guest stands in DHCP: its host name, unless that would say something else about it there. */
export const dhcpName = (hostname: string, instanceUuid: string): string =>
  NOT_A_NAME.test(hostname) ? `server-${instanceUuid}` : hostname;
