import type { Decision } from '#platform/contracts/scheduler.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** Why no host of a cell takes a server: Nova's sentence, then what every host was refused for. Unavailable while the scheduler does not hear the cell. */
export function noCapacity(cellName: string, { refusals, hostsConsidered, silentCells }: Decision): VolvoxError {
  if (silentCells.includes(cellName)) {
    return new VolvoxError('unavailable', `The scheduler does not hear from ${cellName} now.`);
  }
  const hosts = `${hostsConsidered} host${hostsConsidered === 1 ? '' : 's'} of ${cellName} considered`;
  const said = refusals.map((refusal) => `${refusal.hosts}: ${refusal.reason}`).join('; ');
  return new VolvoxError('no-capacity', `No valid host was found. ${hosts}${said === '' ? '' : ` (${said})`}.`, {
    details: { refusals },
  });
}
