import type { Command } from 'commander';
import type { QuarantinedServer } from '../client/views.ts';
import type { Row } from './output.ts';
import { openSession } from './session.ts';

interface ForgetFlags {
  readonly cell?: string;
  readonly epoch?: string;
  readonly yes?: boolean;
}

const DESCRIPTION = 'quarantined servers: a cell keeps their disks although they live elsewhere (admin)';

export function addQuarantineCommands(program: Command): void {
  addActions(program, program.command('quarantine').description(DESCRIPTION));
  // The old name of the command; it goes with the next release.
  addActions(program, program.command('aside', { hidden: true }).description(DESCRIPTION));
}

function addActions(program: Command, quarantine: Command): void {
  quarantine
    .command('list')
    .description('list quarantined servers, newest first')
    .action(async () => {
      const { api, list, missing } = await openSession(program, 'admin');
      const { instances, silentCells } = await api.call('federation', 'GET /v1/aside');
      missing(silentCells);
      list(instances.map(row));
    });
  quarantine
    .command('forget <server>')
    .description('remove a quarantined server with its disks; this cannot be undone')
    .option('--cell <cell>', 'the one in this cell')
    .option('--epoch <epoch>', 'the one of this epoch')
    .option('--yes', 'confirm the removal')
    .action(async (server: string, flags: ForgetFlags) => {
      const { api, say, show, json } = await openSession(program, 'admin');
      const { instances } = await api.call('federation', 'GET /v1/aside');
      const instance = oneOf(instances, server, flags);
      const which = `quarantined server "${instance.name}" (${instance.uuid}, epoch ${instance.epoch}) on host ${instance.hostName ?? 'none'} in ${instance.cell}`;
      if (flags.yes !== true) throw new Error(`this removes ${which} with its disks; add --yes to confirm`);
      const path = { cell: instance.cell, uuid: instance.uuid, epoch: String(instance.epoch) };
      await api.call('federation', 'DELETE /v1/aside/{cell}/{uuid}/{epoch}', { path });
      if (json) show({ ...instance });
      else say(`${which}: its host removes it now`);
    });
}

/** @throws when none or more than one is meant. */
function oneOf(
  instances: readonly QuarantinedServer[],
  server: string,
  { cell, epoch }: ForgetFlags,
): QuarantinedServer {
  const meant = instances.filter(
    (one) =>
      (one.uuid === server || one.name === server) &&
      (cell === undefined || one.cell === cell) &&
      (epoch === undefined || one.epoch === Number(epoch)),
  );
  const [only, ...more] = meant;
  if (only === undefined) throw new Error(`no cell has a quarantined server ${server}`);
  if (more.length > 0) {
    const each = meant.map((one) => `--cell ${one.cell} --epoch ${one.epoch} (${one.uuid})`).join(', ');
    throw new Error(`more than one quarantined server matches; choose one of: ${each}`);
  }
  return only;
}

const row = ({ uuid, name, cell, hostName, epoch, at, reason }: QuarantinedServer): Row => ({
  server: uuid,
  name,
  cell,
  host: hostName,
  epoch,
  since: at,
  reason,
});
