import { Command, CommanderError } from 'commander';
import { addAuthorityCommands } from './authority-commands.ts';
import { addCatalogCommands } from './catalog-commands.ts';
import { addCellCommands } from './cell-commands.ts';
import { addConfigCommand } from './config-command.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addExplainCommand } from './explain-command.ts';
import { addHostCommand } from './host-command.ts';
import { addMoveCommands } from './move-commands.ts';
import { addOperationCommands } from './operation-commands.ts';
import { addPolicyCommands } from './policy-commands.ts';
import { printable } from './printable.ts';
import { addQuarantineCommands } from './quarantine-commands.ts';
import { addQuotaCommands } from './quota-commands.ts';
import { addRunCommand } from './run-command.ts';
import { addServerCommands } from './server-commands.ts';
import { addSimulateCommand } from './simulate-command.ts';
import { addTokenCommand } from './token-command.ts';

/** The `volvox` command. @returns the exit status: 0, 1 when what was asked for failed, 2 when it was asked for wrongly. */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = new Command('volvox')
    .description('Run Volvox processes and call the Volvox APIs.')
    .option('--os-cloud <name>', 'the entry of clouds.yaml to use (default: OS_CLOUD, then volvox or volvox-admin)')
    .option('--json', 'print answers as JSON')
    .showHelpAfterError()
    .exitOverride();
  addRunCommand(program);
  addConfigCommand(program);
  addServerCommands(program);
  addCatalogCommands(program);
  addCellCommands(program);
  addAuthorityCommands(program);
  addHostCommand(program);
  addMoveCommands(program);
  addOperationCommands(program);
  addExplainCommand(program);
  addSimulateCommand(program);
  addDoctorCommand(program);
  addQuarantineCommands(program);
  addQuotaCommands(program);
  addTokenCommand(program);
  addPolicyCommands(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(printable(`volvox: ${error instanceof Error ? error.message : String(error)}\n`));
    return 1;
  }
}
