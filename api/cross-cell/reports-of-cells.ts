import { getHomes } from '#platform/directory/stores/homes/get-homes.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../deps.ts';
import type { CellDoor } from './cell-doors.ts';
import { type JudgingHome, judgeReport, type Verdict } from './judge-report.ts';

type Deps = Pick<ApiDeps, 'directory' | 'caches' | 'sightings'>;
type Cell = Pick<CellDoor, 'id' | 'name'>;

/** Instances as a cell shows them. */
interface CellReport {
  readonly cell: Cell;
  readonly instances: readonly Instance[];
}

/**
 * Leaves out what cells show and the directory contradicts, so that a cell in the wrong hands shows nothing of another cell. What it contradicts
 * becomes a finding. Instances whose homes this process remembers cost nothing; all others of these reports together cost one indexed statement.
 * @returns the instances that may be shown, report by report.
 */
export async function admitReports(
  deps: Deps,
  reports: readonly CellReport[],
): Promise<readonly (readonly Instance[])[]> {
  const { homes: remembered } = deps.caches;
  const isRemembered = (cell: Cell, { uuid, epoch, projectId }: Instance): boolean => {
    const home = remembered.get(uuid);
    return home !== undefined && home.cellId === cell.id && home.epoch === epoch && home.projectId === projectId;
  };
  const open = reports.flatMap(({ cell, instances }) => instances.filter((one) => !isRemembered(cell, one)));
  if (open.length === 0) return reports.map(({ instances }) => instances);
  const asked = new Set(open);
  const uuids = [...new Set(open.map(({ uuid }) => uuid))];
  const homes = new Map((await getHomes(deps.directory.read, uuids)).map((home) => [home.uuid, home]));
  return reports.map(({ cell, instances }) =>
    instances.filter((one) => !asked.has(one) || isAdmitted(deps, cell, one, homes.get(one.uuid))),
  );
}

/** Judges one report by a home that the caller has read. A contradiction becomes a finding. */
export function isAdmitted(
  deps: Omit<Deps, 'directory'>,
  cell: Cell,
  instance: Instance,
  home: JudgingHome | undefined,
): boolean {
  const verdict = judgeReport(cell.id, instance, home);
  note(deps, cell, instance, home, verdict);
  if (verdict !== 'agrees') return false;
  if (home?.cellId === cell.id && home.moving === null && home.epoch === instance.epoch) {
    deps.caches.homes.set(home.uuid, { cellId: cell.id, epoch: home.epoch, projectId: home.projectId });
  }
  return true;
}

function note(
  { sightings }: Pick<Deps, 'sightings'>,
  cell: Cell,
  { uuid, epoch, projectId }: Instance,
  home: JudgingHome | undefined,
  verdict: Verdict,
): void {
  if (verdict !== 'contradicts') return;
  const known =
    home === undefined
      ? 'the directory knows no such server'
      : `the directory has it in cell ${home.cellId ?? home.placingCellId ?? '-'} at epoch ${home.epoch}, of project ${home.projectId}`;
  sightings.note({
    kind: 'cell-contradicts',
    subject: `${cell.name} ${uuid}`,
    message: `cell ${cell.name} shows server ${uuid} at epoch ${epoch}, of project ${projectId}; ${known}`,
    advice: 'the server is left out of answers; compare the databases of both, and find out who controls the cell',
  });
}
