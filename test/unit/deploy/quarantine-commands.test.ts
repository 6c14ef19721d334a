import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addQuarantineCommands } from '../../../deploy/cli/quarantine-commands.ts';

const program = new Command('volvox');
addQuarantineCommands(program);
const actionsOf = (name: string) =>
  program.commands.find((command) => command.name() === name)?.commands.map((action) => action.name());

describe('volvox quarantine', () => {
  it('lists and forgets quarantined servers', () => {
    expect(actionsOf('quarantine')).toEqual(['list', 'forget']);
  });

  it('still answers to its old name, which the help does not show', () => {
    expect(actionsOf('aside')).toEqual(actionsOf('quarantine'));
    expect(program.helpInformation()).toContain('quarantine');
    expect(program.helpInformation()).not.toContain('aside');
  });
});
