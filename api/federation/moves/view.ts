import type { MoveInStatus } from '#platform/contracts/door-moves.ts';
import { MOVE_STEPS, type MoveStepName } from '#platform/contracts/moves.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { viewOperation } from '#platform/operations/view.ts';
import type { CellDoors } from '../../cross-cell/cell-doors.ts';
import type { ExpectedTime } from '../../moves/expected-time.ts';
import { moveTimes } from '../../moves/move-times.ts';
import { paramsOfMove } from '../../moves/params-of-move.ts';
import type { MovePlan } from '../../moves/plan-move.ts';

/** The first step is not in the history before it waits or ends. */
const FIRST_STEP: MoveStepName = MOVE_STEPS[0];

interface MoveContext {
  readonly cells: Pick<CellDoors, 'find'>;
  /** Names of servers by uuid. */
  readonly names: ReadonlyMap<string, string>;
  readonly now: number;
}

/** A move as operators see it. `live`: the current status from the target cell; null: not requested, or no answer. */
export function viewMove(row: OperationRow, live: MoveInStatus | null, { cells, names, now }: MoveContext) {
  const { steps, step, state, message, createdAt, finishedAt, requestId } = viewOperation(row, undefined, now);
  const { uuid, fromCellId, toCellId, host, bytes = null } = paramsOfMove(row);
  const { downtimeMs, transferStartedAt, transferMs } = moveTimes(row);
  const nameOf = (cellId: string): string => cells.find(cellId)?.name ?? cellId;
  const progress = transferMs !== null ? 100 : transferStartedAt === null ? null : (live?.progress ?? null);
  return {
    id: row.id,
    server: uuid,
    serverName: names.get(uuid) ?? null,
    from: { cell: nameOf(fromCellId), cellId: fromCellId },
    to: { cell: nameOf(toCellId), cellId: toCellId, host: live?.hostName ?? null },
    /** The requested host. */
    host,
    state,
    step: step !== null && row.history.length === 0 ? FIRST_STEP : step,
    progress,
    bytes,
    bytesPerSecond: rate(
      bytes,
      progress,
      transferStartedAt,
      transferMs ?? (transferStartedAt === null ? null : now - transferStartedAt),
    ),
    message,
    createdAt,
    finishedAt,
    downtimeMs,
    requestId,
    steps,
  };
}

function rate(
  bytes: number | null,
  progress: number | null,
  transferStartedAt: number | null,
  elapsedMs: number | null,
): number | null {
  if (bytes === null || transferStartedAt === null || elapsedMs === null || elapsedMs <= 0) return null;
  if (progress === null || progress === 0) return null;
  return Math.round((bytes * progress) / 100 / (elapsedMs / 1_000));
}

/** The plan of a move. The server keeps everything that is not listed in `changes`. */
export function viewPlan(plan: MovePlan, { seconds, basis }: ExpectedTime) {
  const { home, from, to, estimate, decision, hosts, refusal } = plan;
  const { instance, disks } = estimate;
  const [candidate, ...alternates] = decision.candidates;
  const differences = [
    { field: 'cell', from: from.name, to: to.name },
    { field: 'host', from: instance.host, to: candidate?.hostName },
    { field: 'hypervisor', from: instance.node, to: candidate && hosts.get(candidate.hostId)?.node },
    { field: 'zone', from: instance.zone, to: candidate?.zone },
  ];
  return {
    server: home.uuid,
    serverName: instance.name,
    from: { cell: from.name, cellId: from.id, host: instance.host },
    to: { cell: to.name, cellId: to.id, host: candidate?.hostName ?? null },
    alternates: alternates.map(({ hostName }) => hostName),
    fits: decision.candidates.length > 0,
    /** The reasons why hosts of the cell do not fit, with the number of hosts. */
    refusals: decision.refusals.map(({ filter, reason, hosts: count }) => ({ filter, reason, hosts: count })),
    changes: candidate === undefined ? [] : differences.filter((one) => one.from !== (one.to ?? null)),
    disks,
    bytes: disks.reduce((sum, disk) => sum + disk.bytes, 0),
    seconds,
    basis,
    /** Why it cannot begin now; null: it can. */
    refusal: refusal?.message ?? null,
  };
}
