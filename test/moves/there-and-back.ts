import { interruptible } from '../support/interruptible.ts';
import { compareShown, everythingShown } from '../support/moved/everything-shown.ts';
import { moveTo } from '../support/moved/move.ts';
import { makeProofServer, proofOf, untilStatus } from '../support/moved/proof-server.ts';
import { scriptOptions } from '../support/script-options.ts';
import { startTestRegion } from '../support/test-region.ts';

const HELP = `npm run test:moves -- [options]

Starts a region of two QEMU cells of its own in a temporary folder, makes a server with two NICs, metadata, tags, a key pair, user data, a
file inside the guest and ten actions, and moves it from cell-1 to cell-2 and back. After each move the file's checksum, as the guest says
it, and every field that the APIs show are compared with those before the first move; differences are printed, and make it fail.

  --times N   how often there and back (20)
`;

const options = scriptOptions(HELP, { times: { type: 'string', default: '20' } }, { counts: ['times'] });

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seconds = (ms: number | null | undefined): string => (ms == null ? '?' : `${(ms / 1000).toFixed(1)} s`);

async function main(): Promise<void> {
  const times = Number(options.times);
  const region = await startTestRegion({ cells: 2, simulatedHosts: 0 });
  try {
    const { admin } = region;
    const id = await makeProofServer(admin, 'proof');
    const before = await everythingShown(admin, id);
    const first = await proofOf(admin, id, 0);
    let proof = first;
    say(
      `server ${id} on ${before.get('server.OS-EXT-SRV-ATTR:host')}: file ${first.sum.slice(0, 16)}…, ${before.size} fields, ten actions and its creation`,
    );
    let failed = 0;
    for (let at = 1; at <= times * 2; at++) {
      const cell = at % 2 === 1 ? 'cell-2' : 'cell-1';
      const { move, ms } = await moveTo(admin, id, cell);
      await untilStatus(admin, id, 'ACTIVE');
      proof = await proofOf(admin, id, proof.boots);
      const sameFile = proof.sum === first.sum;
      const shown = await everythingShown(admin, id);
      const { equal, moved, different, newActions } = compareShown(before, shown);
      const isThere = String(shown.get('server.OS-EXT-SRV-ATTR:host')).startsWith(cell);
      const good = move.state === 'done' && sameFile && different.length === 0 && newActions === at && isThere;
      if (!good) failed += 1;
      say(
        `${String(at).padStart(3)} → ${cell}: ${move.state} in ${seconds(ms)}, down ${seconds(move.downtimeMs)}; file ${sameFile ? 'equal' : `DIFFERENT ${proof.sum}`}; ` +
          `${equal} fields equal, ${moved.length} say where, ${different.length} differ; ${newActions} moves in its log`,
      );
      if (at <= 2) for (const line of moved) say(`      ${line}`);
      for (const line of different) say(`      DIFFERENT ${line}`);
      if (move.message !== null) say(`      ${move.message}`);
    }
    say(`${times * 2 - failed} of ${times * 2} moves kept everything`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await region.remove();
  }
}

await interruptible(main);
