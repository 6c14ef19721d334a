import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Claim, ClaimPage } from '#platform/objects/claim.ts';
import type { Host } from '#platform/objects/host.ts';
import { aHost } from '../compute/stub-cells.ts';
import type { Answer, FrontApp } from '../front-app.ts';

/** A cell whose door tells hosts and claims from memory, or does not answer. */
export interface ClaimingCell {
  readonly name: string;
  hosts: readonly Host[];
  claims: readonly Claim[];
  silent: boolean;
}

const CAPABILITIES = { architectures: ['x86_64'], diskBuses: ['virtio', 'scsi'], nicModels: ['e1000'] };
export const W1 = '10000000-0000-4000-8000-000000000001';
export const W2 = '10000000-0000-4000-8000-000000000002';
export const E1 = '20000000-0000-4000-8000-000000000001';

/** Two cells: west with w-1 and w-2, east with e-1, which is disabled. */
export const twoCells = (): readonly [ClaimingCell, ClaimingCell] => [
  {
    ...{ name: 'west', silent: false, claims: [] },
    hosts: [
      aHost('w-1', W1, { version: 7, capabilities: CAPABILITIES }),
      aHost('w-2', W2, { version: 3, used: { vcpus: 0, ramMb: 0, diskGb: 0 } }),
    ],
  },
  { name: 'east', silent: false, claims: [], hosts: [aHost('e-1', E1, { enabled: false })] },
];

/** The front asks these cells from now on. */
export function useCells(front: FrontApp, cells: readonly ClaimingCell[]): void {
  const doors = cells.map((cell) => {
    const answering =
      <Q, R>(answer: (question: Q) => R) =>
      async (question: Q): Promise<R> => {
        if (cell.silent) throw new VolvoxError('deadline-exceeded', 'no answer');
        return answer(question);
      };
    return {
      ...{ id: cell.name, name: cell.name, enabled: true },
      door: {
        listHosts: answering(() => ({ hosts: cell.hosts })),
        listClaims: answering(({ filter, after, limit }: ClaimPage) => ({
          claims: cell.claims
            .filter(({ hostId }) => filter.hostId === undefined || hostId === filter.hostId)
            .filter(({ instanceUuid }) => filter.instanceUuids?.includes(instanceUuid) ?? true)
            .filter(({ guestId }) => after === null || guestId > after)
            .slice(0, limit),
        })),
      },
    };
  });
  Object.assign(front.deps, { cells: { all: () => doors } });
}

/** `ask('GET /placement/traits', '1.6')`, as the administrator unless another token is given. */
export const asking =
  (front: FrontApp & { readonly admin: string }) =>
  (what: string, version: string | null = '1.39', body?: unknown, token = front.admin): Promise<Answer> =>
    front.send(what, {
      token,
      ...(version === null ? {} : { headers: { 'openstack-api-version': `placement ${version}` } }),
      ...(body === undefined ? {} : { body }),
    });

/** The only error of an answer. */
export const errorOf = ({ body }: Answer) => body.errors[0];
