/** What dnsmasq reads as something else in a line of its hosts: a lease time, an address, a keyword (dnsmasq(8), `--dhcp-host`). */
const NOT_A_NAME = /^([\d.]+[smhdw]?|ignore|infinite)$/i;
/** RFC 1035, section 2.3.4. */
const MAX_LABEL = 63;
const MAX_NAME = 253;

/**
 * The name under which a guest stands in DHCP: its host name as DNS can carry it. Letters lose their accents, anything else that is no letter,
 * digit or hyphen of ASCII becomes a hyphen, labels and the whole have their greatest lengths. When nothing is left, or what is left would
 * say something else to the DHCP server, the name is made of the instance's uuid.
 */
export function dhcpName(hostname: string, instanceUuid: string): string {
  const labels = hostname
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .split('.')
    .map(labelOf)
    .filter((label) => label !== '');
  while (labels.join('.').length > MAX_NAME) labels.pop();
  const name = labels.join('.');
  return name === '' || NOT_A_NAME.test(name) ? `server-${instanceUuid}` : name;
}

const labelOf = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, MAX_LABEL)
    .replace(/-+$/, '');
