import type { Static } from 'typebox';
import { agentContract, type GuestMetadata } from '#platform/contracts/agent.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DesiredGuest, ObservedGuest } from '#platform/objects/guest.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { NOTHING_TOLD } from '../../../support/a-definition.ts';
import { startOnLoopback } from '../../../support/loopback-service.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';

const KEY = AGENT_KEY;
type Announcement = Static<typeof agentContract.calls.announce.request>;

/** The agents' side of a conductor, over the real contract, with the desired state in memory. */
interface ConductorDouble {
  readonly url: string;
  readonly announcements: readonly Announcement[];
  readonly reports: readonly ObservedGuest[];
  /** The id of the agent that announced itself last. */
  agentId(): string;
  want(desired: DesiredGuest): void;
  /** What it tells of guests, by id. */
  readonly metadata: Map<string, GuestMetadata>;
  /** The newest report of a guest. */
  last(guestId: string): ObservedGuest | undefined;
  stop(): Promise<void>;
}

export async function startConductorDouble(
  port = 0,
  before?: { readonly desired: ReadonlyMap<string, DesiredGuest> },
): Promise<ConductorDouble & { readonly desired: Map<string, DesiredGuest>; readonly port: number }> {
  const desired = new Map(before?.desired ?? []);
  const announcements: Announcement[] = [];
  const reports: ObservedGuest[] = [];
  const metadata = new Map<string, GuestMetadata>();
  const isSettled = ({ guestId, generation }: DesiredGuest): boolean =>
    reports.some((report) => report.guestId === guestId && report.generation === generation && report.settled);
  const server = await startOnLoopback(
    'conductor-double',
    (app) =>
      serveContract(
        app,
        agentContract,
        {
          renewKey: async () => ({}),
          join: noAgentJoins,
          issueCertificate: noAgentJoins,
          renewCertificate: noAgentJoins,
          announce: async (announcement) => {
            announcements.push(announcement);
            return {
              cellId: '6a1f0c1e-0000-4000-8000-00000000ce11',
              cellName: 'double',
              heartbeatMs: 200,
              publicKeys: [],
            };
          },
          heartbeat: async () => ({ known: announcements.length > 0, publicKeys: [] }),
          desiredGuests: async ({ ids, unsettledOnly }) => ({
            guests: [...desired.values()].filter(
              (one) => (ids?.includes(one.guestId) ?? true) && !(unsettledOnly && isSettled(one)),
            ),
          }),
          reportGuests: async ({ guests }) => {
            reports.push(...guests);
            return {};
          },
          desiredBindings: async () => ({ bindings: [] }),
          reportBindings: async () => ({}),
          instanceMetadata: async () => {
            throw new Error('no guest asks here');
          },
          guestPassword: async () => ({ password: '' }),
          setGuestPassword: async () => ({}),
          definitions: async () => NOTHING_TOLD,
          guestMetadata: async ({ guestId }) => {
            const known = metadata.get(guestId);
            if (known === undefined) throw new VolvoxError('not-found', `no guest ${guestId}`);
            return known;
          },
        },
        sharedKeys(() => [KEY]),
      ),
    port,
  );
  const url = server.address();
  return {
    url,
    port: Number(new URL(url).port),
    desired,
    announcements,
    reports,
    metadata,
    agentId: () => announcements.at(-1)?.agentId ?? 'nobody',
    want: (one) => desired.set(one.guestId, one),
    last: (guestId) => reports.findLast((report) => report.guestId === guestId),
    stop: () => server.stop(),
  };
}

async function noAgentJoins(): Promise<never> {
  throw new Error('no agent joins here');
}
