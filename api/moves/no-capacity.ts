import type { Decision } from '#platform/contracts/scheduler.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Explains why no host of a cell can run a server: Nova's sentence, then the counted reasons. Unavailable while the scheduler has no data of the cell. */
export function noCapacity(cellName: string, { refusals, hostsConsidered, silentCells }: Decision): VolvoxError {
  if (silentCells.includes(cellName)) {
    return new VolvoxError('unavailable', `Cell ${cellName} does not answer the scheduler now.`);
  }
  const hosts = `${hostsConsidered} host${hostsConsidered === 1 ? '' : 's'} of ${cellName} considered`;
  const said = refusals.map((refusal) => `${refusal.hosts}: ${refusal.reason}`).join('; ');
  return new VolvoxError('no-capacity', `No valid host was found. ${hosts}${said === '' ? '' : ` (${said})`}.`, {
    details: { refusals },
  });
}
