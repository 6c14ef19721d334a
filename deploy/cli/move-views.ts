import type { Move, MovePlan } from '../client/views.ts';
import type { Row } from './output.ts';

export const listedMove = ({
  id,
  server,
  serverName,
  from,
  to,
  state,
  step,
  createdAt,
  message,
}: Omit<Move, 'steps'>): Row => ({
  id,
  server: serverName ?? server,
  from: from.cell,
  to: to.cell,
  state,
  step,
  created: createdAt,
  message,
});

export const shownMove = (move: Move): Row => ({
  id: move.id,
  server: move.server,
  name: move.serverName,
  from: move.from.cell,
  to: move.to.cell,
  host: move.to.host,
  state: move.state,
  step: move.step,
  disks: disksOf(move),
  downtime: move.downtimeMs === null ? null : inSeconds(move.downtimeMs),
  created: move.createdAt,
  finished: move.finishedAt,
  message: move.message,
});

export const shownPlan = (plan: MovePlan): Row => ({
  server: plan.serverName,
  from: plan.from.cell,
  to: plan.to.cell,
  host: plan.to.host,
  alternates: plan.alternates.join(', ') || null,
  changes: plan.changes.map(({ field, from, to }) => `${field} ${from} -> ${to}`).join(', ') || null,
  disks: inBytes(plan.bytes),
  time: `about ${plan.seconds} s (${plan.basis})`,
  refusal: plan.refusal,
});

/** `copy 45 % of 1.2 GB, 180 MB/s`; the step alone where no disk is transferred. */
export function progressOf(move: Move): string {
  const step = move.step ?? move.state;
  const words = move.state === 'undoing' ? `back: ${step}` : step;
  return step === 'copy' && move.progress !== null ? `${words} ${disksOf(move)}` : words;
}

function disksOf({ progress, bytes, bytesPerSecond }: Move): string | null {
  if (bytes === null) return progress === null ? null : `${progress} %`;
  if (progress === null) return inBytes(bytes);
  const part = progress === 100 ? inBytes(bytes) : `${progress} % of ${inBytes(bytes)}`;
  return bytesPerSecond === null ? part : `${part}, ${inBytes(bytesPerSecond)}/s`;
}

const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** 1234567 → `1.2 MB`. */
export function inBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1_000 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
