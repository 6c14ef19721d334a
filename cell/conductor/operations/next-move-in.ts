import { fromJson } from '#platform/database/json-column.ts';
import type { ObservedGuest } from '#platform/objects/guest.ts';
import type { GuestOnHost } from '../../database/stores/guests.ts';
import type { BindingOnHost } from '../../database/stores/port-bindings.ts';
import { troubleOf } from './guest-trouble.ts';

/** How long a host may take to plug the ports, ms; also how long an earlier guest may keep the move from requesting them. */
const PREPARE_MS = 60_000;
export const IN_THE_WAY_MS = 600_000;
/** How long an agent may report no progress while it fetches disks, ms; it gives up a source that is silent for a minute. */
const SILENT_MS = 1_200_000;
/** After so many failed starts in a row the start has failed; with the agent's back-off they take half a minute or more. */
const MAX_STARTS_FAILED = 7;
/** How often one guest gets a new source after its source could not be read. */
const MAX_GENERATIONS = 4;
/** How often a start is tried after a permanent error; and how long a host may be down before the start has failed, ms. */
const MAX_STARTS = 3;
const HOST_AWAY_MS = 300_000;

type Reported = Pick<GuestOnHost, 'error' | 'errors'>;
type Port = Pick<BindingOnHost, 'error' | 'errors' | 'settled'>;

/** What the target cell's side of a move does next with its current host. */
type Next =
  | { readonly kind: 'ready' }
  | { readonly kind: 'wait'; readonly waitingFor: string }
  | { readonly kind: 'elsewhere'; readonly why: string };
type PreparationNext = Next | { readonly kind: 'plug' };
type CopyingNext = Next | { readonly kind: 'renew' };

const elsewhere = (why: string): Next => ({ kind: 'elsewhere', why });
const waitFor = (waitingFor: string): Next => ({ kind: 'wait', waitingFor });

export interface Preparing {
  readonly host: { readonly name: string; readonly up: boolean };
  /** The ports of the future guest that have been requested. */
  readonly ports: readonly Port[];
  readonly portsDesired: number;
  /** What is left in the cell of an earlier guest of the instance. */
  readonly inTheWay: string | null;
  /** When the host was chosen, or its ports were requested, ms. */
  readonly since: number;
}

/** What a move does next while it prepares a host. Pure. */
export function nextPreparation(
  { host, ports, portsDesired, inTheWay, since }: Preparing,
  now: number,
): PreparationNext {
  if (!host.up) return elsewhere(`Host ${host.name} went down.`);
  const trouble = firstTrouble(ports);
  if (trouble !== null) return elsewhere(trouble);
  if (inTheWay !== null) return waitFor(`${inTheWay} to go`);
  const plugged = ports.length >= portsDesired;
  if (plugged && ports.every((port) => port.settled)) return { kind: 'ready' };
  if (now - since > (plugged ? PREPARE_MS : IN_THE_WAY_MS))
    return elsewhere(`Host ${host.name} took too long to plug the ports.`);
  return plugged ? waitFor('ports') : { kind: 'plug' };
}

export interface Copying {
  readonly host: { readonly name: string; readonly up: boolean };
  readonly guest: Pick<GuestOnHost, 'settled' | 'power' | 'error' | 'errors' | 'generation' | 'changedAt'>;
  readonly ports: readonly Port[];
  /**
   * The source now, compared with the one in the guest's spec: another address, or the same with another ticket. void-ticket: the ticket in
   * the spec is not valid any more, because the desired state of the source has changed since.
   */
  readonly source: 'same' | 'other-ticket' | 'void-ticket' | 'other-address';
}

/** What a move does next while the guest's disks are transferred. Pure. */
export function nextCopying({ host, guest, ports, source }: Copying, now: number): CopyingNext {
  if (guest.settled && guest.power === 'stopped') return { kind: 'ready' };
  if (!host.up) return elsewhere(`Host ${host.name} went down.`);
  const unplugged = firstTrouble(ports);
  if (unplugged !== null) return elsewhere(unplugged);
  const mayRenew = guest.generation < MAX_GENERATIONS;
  if ((source === 'other-address' || source === 'void-ticket') && mayRenew) return { kind: 'renew' };
  const trouble = troubleOf(guest);
  if (trouble !== null) return source !== 'same' && mayRenew ? { kind: 'renew' } : elsewhere(trouble);
  if (now - guest.changedAt > SILENT_MS) return elsewhere(`Host ${host.name} reports no progress of the disks.`);
  return waitFor('disks');
}

type StartNext =
  | { readonly kind: 'finish' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'again' }
  | { readonly kind: 'give-up'; readonly why: string };

/** What a move does next while the guest starts. Pure. @param tries how often the start was requested since the hand-over, from 1. */
export function nextStart(
  guest: Reported & Pick<GuestOnHost, 'settled' | 'hostUp' | 'hostName'> & { readonly since: number },
  ports: readonly Port[],
  tries: number,
  now: number,
): StartNext {
  if (guest.settled) return { kind: 'finish' };
  if (!guest.hostUp) {
    const why = `Host ${guest.hostName} went down.`;
    return now - guest.since > HOST_AWAY_MS ? { kind: 'give-up', why } : { kind: 'wait' };
  }
  const permanent = isPermanent(guest);
  const trouble = lastingTrouble(guest) ?? ports.map(lastingTrouble).find((message) => message !== null) ?? null;
  if (trouble === null) return { kind: 'wait' };
  return permanent && tries < MAX_STARTS ? { kind: 'again' } : { kind: 'give-up', why: trouble };
}

const firstTrouble = (ports: readonly Port[]): string | null =>
  ports
    .filter((port) => !port.settled)
    .map(troubleOf)
    .find((message) => message !== null) ?? null;

const errorOf = ({ error }: Reported) => (error === null ? null : fromJson<NonNullable<ObservedGuest['error']>>(error));

const isPermanent = (row: Reported): boolean => errorOf(row)?.permanent === true;

/** The error of a start that has failed for good. It allows more tries than work that can be undone. */
function lastingTrouble(row: Reported): string | null {
  const error = errorOf(row);
  return error !== null && (error.permanent || row.errors >= MAX_STARTS_FAILED) ? error.message : null;
}
