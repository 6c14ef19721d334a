import { runRegionCommand } from './command.ts';

// Not only the status: a start that was interrupted may still wait for something.
process.exit(await runRegionCommand(process.argv.slice(2)));
