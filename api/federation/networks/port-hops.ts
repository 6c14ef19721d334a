import type { GroupRule } from '#platform/objects/definitions.ts';
import { isIn, type Packet, ruleAllows } from './packet.ts';
import type { Seat, TracedPort } from './traced-port.ts';

export type Verdict = 'passes' | 'drops' | 'unknown';

export interface Hop {
  /** `port`, `security groups`, `network`, `router`, `floating address`, `outside`. */
  readonly at: string;
  /** Its id; of what is outside, an address. */
  readonly subject: string;
  readonly cell: string | null;
  readonly host: string | null;
  readonly verdict: Verdict;
  readonly reason: string;
}

export type At = Pick<Hop, 'cell' | 'host'>;
export const whereIs = (seat: Seat | null): At => ({ cell: seat?.cell ?? null, host: seat?.host?.name ?? null });

/** A port, as its host has it. */
export function portHop({ id, adminStateUp, seat }: TracedPort): Hop {
  const hop = (verdict: Verdict, reason: string): Hop => ({
    ...{ at: 'port', subject: id, verdict, reason },
    ...whereIs(seat),
  });
  if (!adminStateUp) return hop('drops', 'admin_state_up of the port is false');
  if (seat === null) return hop('drops', 'no server uses the port');
  if (seat.host === null) return hop('unknown', 'the cell does not tell on which host the port is');
  const { host } = seat;
  if (host.error !== null) return hop('drops', `the host could not plug it: ${host.error}`);
  if (!host.settled)
    return hop('unknown', 'the network agent of the host has not reported yet that the port is plugged');
  if (!host.up) return hop('unknown', 'the network agent does not answer; what it built last stays in force');
  return hop('passes', 'plugged');
}

export function senderHop({ id, portSecurity, addresses, seat }: TracedPort, { from }: Packet): Hop {
  const hop = { at: 'sender', subject: id, ...whereIs(seat) };
  if (!portSecurity) return { ...hop, verdict: 'passes', reason: 'port security is off: any sender address' };
  return addresses.some((own) => isIn(from, own))
    ? { ...hop, verdict: 'passes', reason: `${from} is an address of the port` }
    : { ...hop, verdict: 'drops', reason: `${from} is no address of the port` };
}

export function groupsHop(
  { id, portSecurity, rules, seat }: TracedPort,
  direction: GroupRule['direction'],
  packet: Packet,
  isMember: (groupId: string, address: string) => boolean,
): Hop {
  const hop = { at: 'security groups', subject: id, ...whereIs(seat) };
  if (!portSecurity) return { ...hop, verdict: 'passes', reason: 'port security is off: groups do not count' };
  if (seat?.host?.enforcesGroups === false)
    return { ...hop, verdict: 'passes', reason: 'the host does not enforce security groups' };
  const rule = rules.find((one) => one.direction === direction && ruleAllows(one, packet, isMember));
  const changing = seat?.isChanging === true;
  const late = changing ? '; a change is on its way to the cell' : '';
  if (rule !== undefined) {
    const reason = `rule ${rule.id} of group ${rule.groupId} allows it${late}`;
    return { ...hop, verdict: changing ? 'unknown' : 'passes', reason };
  }
  const reason = `no ${direction} rule of its groups allows it${late}`;
  return { ...hop, verdict: changing ? 'unknown' : 'drops', reason };
}
