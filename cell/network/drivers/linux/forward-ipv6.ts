import { runCommand } from '../../../agent/run-command.ts';

const CONF = '/proc/sys/net/ipv6/conf';

/** Prints `1` when the host forwards IPv6 and answers for others, as far as an operator has not changed that since. */
export const FORWARDS_IPV6 = `[ "$(cat ${CONF}/all/forwarding 2>/dev/null)" = 1 ] && cat ${CONF}/all/proxy_ndp || echo 0`;

/**
 * The host forwards IPv6, and where it announces addresses it answers ND for them; also the unicast questions of a neighbour that checks whether
 * an address is still there, for which the kernel asks for the setting of all devices. It answers for what is entered only. A host that forwards
 * would not hear its own routers any more: devices that did hear them go on.
 */
export async function forwardIpv6(): Promise<void> {
  await runCommand('sh', [
    '-ec',
    `if [ "$(cat ${CONF}/all/forwarding)" != 1 ]; then
  for one in ${CONF}/*/accept_ra; do
    if [ "$(cat "$one")" = 1 ]; then echo 2 > "$one"; fi
  done
  echo 1 > ${CONF}/all/forwarding
fi
echo 1 > ${CONF}/all/proxy_ndp`,
  ]);
}
