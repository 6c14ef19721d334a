import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { isCellRole, isTlsRole, type TlsRole } from '#platform/tls/roles.ts';
import { openAuthority, openOrCreateAuthority } from '../authority/authority.ts';
import { keepCellAuthority, writeCellAuthority } from '../authority/cell-authority.ts';
import { keepLeaf, leafPaths, writeLeaf } from '../authority/leaf-files.ts';

interface IssueFlags {
  readonly authority: string;
  readonly role: readonly [TlsRole, ...TlsRole[]];
  readonly cell: readonly string[];
  readonly alsoWithoutCell?: boolean;
  readonly host: readonly string[];
  readonly out: string;
  readonly days: number;
  readonly ifDue?: boolean;
}

interface CellFlags {
  readonly authority: string;
  readonly cell: string;
  readonly out: string;
  readonly range: readonly string[];
  readonly days: number;
  readonly ifDue?: boolean;
}

/** The certificates of processes on other machines; a region of `npm start` makes its own, from the authority in `.volvox/authority`. */
export function addAuthorityCommands(program: Command): void {
  const authority = program
    .command('authority')
    .description('a small certificate authority, for TLS between the processes of a region');
  authority
    .command('create <folder>')
    .description('make an authority: ca.pem, and ca-key.pem, which nobody else may ever read; one that is there stays')
    .option('--name <name>', 'the name in its certificate', 'Volvox region authority')
    .action((folder: string, { name }: { name: string }) => {
      openOrCreateAuthority(resolve(folder), name);
      say(`${resolve(folder)}/ca.pem: give it to every process as tls.caFile`);
    });
  authority
    .command('issue')
    .description('write a new key with a certificate for a process; a process that runs takes it by itself')
    .requiredOption('--authority <folder>', 'the folder of the authority')
    .requiredOption('--role <role>', 'what the process is; several times for parts that share a process', addRole)
    .option(
      '--cell <name>',
      'the cell of a conductor, compute or network agent, as `volvox cell list` shows it; several times while a cell is renamed',
      addHost,
      [],
    )
    .option('--also-without-cell', 'name its role without the cell, too: while peers of releases before are there')
    .option('--host <name>', 'a host name or an address under which others reach it; several times', addHost, [])
    .requiredOption('--out <folder>', 'where cert.pem, key.pem and ca.pem are written')
    .option('--days <days>', 'how long it is good', wholeDays, 30)
    .option('--if-due', 'write nothing while the certificate there is right and a third of its time is left; for cron')
    .action((flags: IssueFlags) => say(issue(flags)));
  authority
    .command('cell')
    .description('write an authority of one cell, with which its conductor issues the certificates of hosts that join')
    .requiredOption('--authority <folder>', 'the folder of the authority above it')
    .requiredOption('--cell <name>', 'the cell, as `volvox cell list` shows it')
    .requiredOption('--out <file>', 'where certificate and key are written, in one file')
    .option('--range <cidr>', 'the addresses that it may vouch for; several times; without it, all', addHost, [])
    .option('--days <days>', 'how long it is good', wholeDays, 365)
    .option('--if-due', 'write nothing while the one there is right and a third of its time is left; for cron')
    .action((flags: CellFlags) => say(cellAuthority(flags)));
}

function cellAuthority({ authority: folder, out, ifDue = false, cell, range: ranges, days }: CellFlags): string {
  if (openAuthority(resolve(folder)) === null) throw noAuthority(folder);
  // One of a release before gets a certificate that allows authorities below it.
  const root = openOrCreateAuthority(resolve(folder), '');
  const file = resolve(out);
  if (!ifDue) writeCellAuthority(file, root, { cell, ranges, days });
  else if (!keepCellAuthority(file, root, { cell, ranges, days })) return `${file}: nothing to do`;
  return `conductor:\n  issuerKeyFile: ${file}`;
}

const noAuthority = (folder: string): Error =>
  new Error(`${folder} holds no authority; make one with: volvox authority create ${folder}`);

function issue({ authority: folder, role: roles, cell: cells, host: hosts, out, days, ...flags }: IssueFlags): string {
  const { alsoWithoutCell: alsoUnnamed = false, ifDue = false } = flags;
  const ofCell = roles.find(isCellRole);
  if (ofCell !== undefined && cells.length === 0) {
    throw new Error(`--cell: a certificate of ${ofCell} names its cell; no other cell accepts it`);
  }
  const authority = openAuthority(resolve(folder));
  if (authority === null) throw noAuthority(folder);
  const target = resolve(out);
  const request = { roles, cells, alsoUnnamed, hosts, days };
  if (ifDue) {
    if (!keepLeaf(target, authority, request)) return `${target}: nothing to do`;
  } else writeLeaf(target, authority, request);
  const { certFile, keyFile, caFile } = leafPaths(target);
  return `tls:\n  certFile: ${certFile}\n  keyFile: ${keyFile}\n  caFile: ${caFile}`;
}

function addRole(value: string, before: readonly TlsRole[] = []): readonly TlsRole[] {
  if (isTlsRole(value)) return [...before, value];
  throw new InvalidArgumentError(
    'expected api, scheduler, super-conductor, conductor, compute, network, operator, mariadb or redis',
  );
}

const addHost = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function wholeDays(value: string): number {
  const days = Number(value);
  if (Number.isInteger(days) && days >= 1 && days <= 3_650) return days;
  throw new InvalidArgumentError('expected a whole number from 1 to 3650');
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
