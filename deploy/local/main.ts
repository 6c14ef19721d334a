import { runRegionCommand } from './command.ts';

process.exitCode = await runRegionCommand(process.argv.slice(2));
