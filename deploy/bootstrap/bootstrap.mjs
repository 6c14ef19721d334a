// First thing that `npm start`, `npm test`, `npm run check` and `npm run bench` run: plain JavaScript for whatever Node is there
// (18 or later), with nothing installed. It sees to what is missing and then hands over to the Node and the code of this repository.
import { planFor } from './commands.mjs';
import { handOver } from './hand-over.mjs';
import { ensureNodeModules } from './node-modules.mjs';
import { ensurePrograms } from './programs.mjs';
import { createProgress } from './progress.mjs';

const [command = 'start', ...rest] = process.argv.slice(2);
const args = rest[0] === '--' ? rest.slice(1) : rest;
const progress = createProgress();

try {
  const plan = planFor(command, args);
  await ensurePrograms(plan.programs, progress);
  await ensureNodeModules(progress);
  process.exitCode = await handOver(plan, progress);
} catch (error) {
  progress.say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
