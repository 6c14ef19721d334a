import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const TIMEOUT_MS = 60_000;
let commands = 0;

/** Runs a command in the shell that the Linux test guest has on its serial console. @returns what it printed. */
export async function inGuest(driver: Driver, guestId: string, command: string): Promise<string> {
  const mark = `end-${++commands}`;
  const console = await driver.openConsole(guestId, 'serial');
  let heard = '';
  console.on('data', (bytes: Buffer) => {
    heard += bytes.toString('latin1');
  });
  console.on('error', () => undefined);
  const end = new RegExp(`<([0-9]+):${mark}>`);
  try {
    // What the terminal repeats has no status yet.
    console.write(`${command}; echo "<$?:${mark}>"\n`);
    await waitUntil(`the guest to run ${command}`, async () => end.test(heard), TIMEOUT_MS);
  } finally {
    console.destroy();
  }
  const [, status] = end.exec(heard) ?? [];
  const said = heard.slice(heard.lastIndexOf(`:${mark}>"`) + mark.length + 3, heard.search(end));
  // What its first process says comes in between.
  const output = said.replace(/volvox-guest: .*\r?\n/g, '').trim();
  if (status !== '0') throw new Error(`${command} ended with ${status}: ${output}`);
  return output;
}
