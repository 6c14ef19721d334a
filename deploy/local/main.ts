import { settleUmask } from '#platform/lifecycle/settle-umask.ts';
import { runRegionCommand } from './command.ts';

settleUmask();
// Not only the status: a start that was interrupted may still wait for something.
process.exit(await runRegionCommand(process.argv.slice(2)));
