/** Both ends belong to it. */
export interface UidRange {
  readonly first: number;
  readonly last: number;
}

/** Below are people, services, dnsmasq (`nobody`) and the metadata server: `network.serviceUid` ends where guests begin. */
const LOWEST = 65_536;
/** The two user ids above are taken: one means "unchanged" to chown(2), the other is the nobody of NFS. */
const HIGHEST = 0xffff_fffd;

/** `200000-299999`, as `compute.guestUids` has it. @throws Error when `whyNotUidRange` has an answer. */
export function parseUidRange(text: string): UidRange {
  const reason = whyNotUidRange(text);
  if (reason !== null) throw new Error(reason);
  const [first = 0, last = 0] = text.split('-').map(Number);
  return { first, last };
}

/** The sentence that is wrong with it; null: nothing. */
export function whyNotUidRange(text: string): string | null {
  const [, first, last] = /^(\d{1,10})-(\d{1,10})$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return 'guestUids is not a range of user ids such as 200000-299999';
  if (Number(first) < LOWEST) return `guestUids begins at ${first}; user ids below ${LOWEST} belong to others`;
  if (Number(last) > HIGHEST) return `guestUids ends at ${last}; the highest user id for a guest is ${HIGHEST}`;
  return Number(last) > Number(first) ? null : 'guestUids has fewer than 2 user ids; the first is for no guest';
}
