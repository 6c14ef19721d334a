/**
 * The DHCP options that a user may give to a port, by the names of dnsmasq. What concerns the lease itself, or who serves it, is not among them.
 */
const OPTIONS_4: Readonly<Record<string, number>> = {
  'time-offset': 2,
  router: 3,
  'dns-server': 6,
  'log-server': 7,
  'lpr-server': 9,
  'boot-file-size': 13,
  'domain-name': 15,
  'root-path': 17,
  'ip-forward-enable': 19,
  'default-ttl': 23,
  mtu: 26,
  'static-route': 33,
  'nis-domain': 40,
  'nis-server': 41,
  'ntp-server': 42,
  'netbios-ns': 44,
  'tftp-server': 66,
  'bootfile-name': 67,
  'smtp-server': 69,
  'posix-timezone': 100,
  'tzdb-timezone': 101,
  'domain-search': 119,
  'classless-static-route': 121,
  'tftp-server-address': 150,
  'server-ip-address': 255,
};
const OPTIONS_6: Readonly<Record<string, number>> = {
  'sip-server-domain': 21,
  'sip-server': 22,
  'dns-server': 23,
  'domain-search': 24,
  'nis-server': 27,
  'nis-domain': 29,
  'sntp-server': 31,
  'posix-timezone': 41,
  'tzdb-timezone': 42,
  'ntp-server': 56,
  'bootfile-url': 59,
  'bootfile-param': 60,
};

const optionsOf = (version: 4 | 6) => (version === 4 ? OPTIONS_4 : OPTIONS_6);

/** A name of the list, or the number of one; options of sites (224 to 254) have numbers only. */
export function isDhcpOption(name: string, version: 4 | 6): boolean {
  if (!/^\d{1,3}$/.test(name)) return Object.hasOwn(optionsOf(version), name);
  const number = Number(name);
  if (String(number) !== name) return false;
  if (version === 4 && number === 255) return false;
  return Object.values(optionsOf(version)).includes(number) || (version === 4 && number >= 224 && number <= 254);
}

/** Nothing that ends a line, begins a comment or a quotation, or is an escape. */
export const isDhcpValue = (value: string): boolean => /^[ !$-&(-[\]-~]{1,255}$/.test(value);
