import { Duplex } from 'node:stream';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ObservedMigration } from '#platform/objects/guest-parts.ts';

/** What a simulated machine sends of itself. */
interface SimulatedState {
  readonly contentId: string;
  readonly console: readonly string[];
}

const STATE_BYTES_MAX = 1024 * 1024;
const TAKEN = 'taken';

/** The receiving end: takes one state, and says so. */
export function receivingEnd(take: (state: SimulatedState) => void): Duplex {
  let text = '';
  const end: Duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, written) => {
      text += chunk.toString();
      if (text.length > STATE_BYTES_MAX) return written(new Error('a simulated machine is smaller'));
      if (text.endsWith('\n')) {
        take(JSON.parse(text) as SimulatedState);
        end.push(TAKEN);
        end.push(null);
      }
      written();
    },
  });
  return end;
}

/** The sending end. Resolves when the other one has taken the state. */
export async function sendState(to: Duplex, state: SimulatedState): Promise<void> {
  to.write(`${JSON.stringify(state)}\n`);
  let answer = '';
  for await (const chunk of to) {
    answer += String(chunk);
    if (answer.length >= TAKEN.length) break;
  }
  to.destroy();
  if (answer !== TAKEN) throw new VolvoxError('unavailable', 'The other host did not take the guest.');
}

const bytes = (total: number, isSent: boolean) => ({
  totalBytes: total,
  sentBytes: isSent ? total : 0,
  remainingBytes: isSent ? 0 : total,
});

export const sendingFact = (id: string, ramMb: number, isSent: boolean): ObservedMigration => ({
  id,
  state: isSent ? 'sent' : 'sending',
  memory: bytes(ramMb * 1024 ** 2, isSent),
  disks: bytes(0, isSent),
});
