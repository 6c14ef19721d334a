/** Protocols by their numbers (IANA): the names stand in a file that a small system may lack. */
const UDP = 17;
export const ICMPV6 = 58;
export const HOP_BY_HOP = 0;
const ICMP = 1;
const FRAGMENT = 44;
/** IPv4 in IPv6, TCP, IPv6 in IPv6, GRE, ESP, OSPF, VRRP, L2TP, SCTP, UDP-Lite: upper protocols without rules of their own. */
const OTHERS = [4, 6, 41, 47, 50, 89, 112, 115, 132, 136];

/** The whole hop-by-hop header of an MLD message: ICMPv6 next, a router alert (RFC 2711), padding before or after it. */
const ROUTER_ALERTS = ['0x3a00050200000100', '0x3a00050200000000', '0x3a00010005020000', '0x3a00000005020000'];

/**
 * What a port may send once its source address is known to be its own: nobody's DHCP server and nobody's router.
 *
 * A rule that reads a field does not match where the field is not there, so each chain accepts by what it has read, and drops the rest.
 * Fragments are 8 bytes at least and start at multiples of 8 (RFC 791, RFC 8200 section 4.5), so ports and ICMP types are always in the
 * packet of offset 0. That one is judged as a whole packet is. A later fragment becomes nothing without it: both have the same source.
 *
 * In IPv6 the upper protocol must be the first header, or follow a fragment header that is the first. Any other extension header is
 * dropped (RFC 7045 section 2.3 leaves it to the policy of a firewall), save the one that MLD demands.
 */
export const PROTOCOL_CHAINS = `  chain dhcp-request {
    ip frag-off & 0x3fff == 0 ip protocol ${UDP} udp sport 68 udp dport 67 accept
    drop
  }
  chain upper4 {
    ip frag-off & 0x1fff != 0 accept
    ip protocol ${UDP} goto udp-ports
    ip protocol ${ICMP} goto icmp4
    accept
  }
  chain icmp4 {
    icmp type != { redirect, router-advertisement } accept
    drop
  }
  chain udp-ports {
    udp sport != { 67, 547 } udp dport != { 68, 546 } accept
    drop
  }
  chain upper6 {
    ip6 nexthdr vmap { ${UDP} : goto udp-ports, ${ICMPV6} : goto icmp6, ${FRAGMENT} : goto fragment6, ${HOP_BY_HOP} : goto mld }
    ip6 nexthdr { ${OTHERS.join(', ')} } accept
    drop
  }
  chain icmp6 {
    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept
    icmpv6 type { echo-request, echo-reply, nd-router-solicit, nd-neighbor-solicit } accept
    drop
  }
  chain fragment6 {
    frag frag-off != 0 frag nexthdr { ${[UDP, ICMPV6, ...OTHERS].join(', ')} } accept
    frag frag-off != 0 drop
    frag nexthdr ${UDP} goto udp-ports
    frag nexthdr ${ICMPV6} goto echo6
    frag nexthdr { ${OTHERS.join(', ')} } accept
    drop
  }
  chain echo6 {
    icmpv6 type { echo-request, echo-reply } accept
    drop
  }
  chain mld {
    @nh,320,64 { ${ROUTER_ALERTS.join(', ')} } icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report } accept
    drop
  }`;
