import { createFindingStore } from '#platform/audit/finding-store.ts';
import type { Finding } from '#platform/contracts/door-moves.ts';
import { lastAuditRound } from '#platform/directory/stores/audit-rounds.ts';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import { CELL_AUDIT_KINDS, DIRECTORY_AUDIT_KINDS } from '#platform/objects/audit-kinds.ts';
import type { CallOptions } from '#platform/rpc/client.ts';
import { timestamp } from '#platform/time/clock.ts';
import { askCells, isSilence } from '../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Route, route } from '../../http/route.ts';
import { noFilters } from '../request-types.ts';
import { LIST_FINDINGS } from './policy.ts';
import { listFindingsResponse } from './schema.ts';

/** A finding with the name of its cell. */
type FindingOfCell = Finding & { readonly cell: string };
const GLOBAL = 'global';
/** After this time without a round, the auditors of the global tier count as broken, in ms. */
const STALE_MS = 180_000;

/** The current findings of all auditors, oldest first, plus a finding for each cell that cannot report. See docs/auditors.md. */
export function findingRoutes({
  directory,
  cells,
  clock,
}: Pick<ApiDeps, 'directory' | 'cells' | 'clock'>): readonly Route[] {
  const store = createFindingStore(directory);

  return [
    route({
      method: 'GET',
      path: '/v1/findings',
      summary: 'Lists the findings of all auditors, oldest first. The answer names the cells that do not respond.',
      policy: LIST_FINDINGS,
      query: noFilters,
      response: listFindingsResponse,
      handle: async (request) => {
        const now = clock.now();
        const [globalFindings, roundAt, { answers, silent }] = await Promise.all([
          store.list(),
          lastAuditRound(directory.read),
          askCells(cells.all(), request, (cell, options) => findingsOf(cell, now, options)),
        ]);
        const findings: FindingOfCell[] = [
          ...globalFindings.map((finding) => ({ ...finding, cell: GLOBAL })),
          ...(roundAt === null || now - roundAt > STALE_MS ? [stale(roundAt, now)] : []),
          ...silent.map((cell) => silentCell(cell, now)),
          ...answers.flatMap(({ cell, answer }) =>
            answer === null ? [oldCell(cell, now)] : answer.map((finding) => ({ ...finding, cell: cell.name })),
          ),
        ];
        findings.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : a.subject < b.subject ? -1 : 1));
        const audited = answers.filter(({ answer }) => answer !== null).length;
        return {
          findings,
          checks: DIRECTORY_AUDIT_KINDS.length + audited * CELL_AUDIT_KINDS.length,
          cells: audited,
          silentCells: silent.map((cell) => cell.name),
        };
      },
    }),
  ];
}

/** Null: the release of the cell has no auditors. An error of the cell is a finding, too. @throws when the cell does not answer. */
async function findingsOf(cell: CellDoor, now: number, options: CallOptions): Promise<readonly Finding[] | null> {
  try {
    return (await cell.door.listFindings({}, options)).findings;
  } catch (error) {
    if (isVolvoxError(error, 'unsupported')) return null;
    if (isSilence(error)) throw error;
    return [{ ...silentCell(cell, now), message: `the cell cannot list its findings: ${messageOf(error)}` }];
  }
}

const stale = (roundAt: number | null, now: number): FindingOfCell => ({
  cell: GLOBAL,
  kind: 'audit-stale',
  subject: 'super-conductor',
  message:
    roundAt === null
      ? 'the auditors of the global tier have not run yet'
      : `the auditors of the global tier last ran at ${timestamp(roundAt)}`,
  advice: 'check that a super-conductor is running',
  since: timestamp(roundAt ?? now),
});

const silentCell = (cell: CellDoor, now: number): FindingOfCell => ({
  cell: cell.name,
  kind: 'cell-silent',
  subject: cell.id,
  message: 'the cell does not answer, so its state is unknown',
  advice: `check that its conductor is running and answers at ${cell.url}`,
  since: timestamp(now),
});

const oldCell = (cell: CellDoor, now: number): FindingOfCell => ({
  cell: cell.name,
  kind: 'cell-without-auditors',
  subject: cell.id,
  message: 'the cell runs a release without auditors',
  advice: 'upgrade the cell',
  since: timestamp(now),
});
