import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from '../checks/programs.ts';
import { type Client, commandName } from './command-name.ts';

/** What shows that a command did what it says: its own output is compared with it, or it was not so before. */
type Witness = 'API' | 'guest' | 'host' | 'image';

/** A line that a test gives a client. */
interface ClientLine {
  readonly line: string;
  readonly seenIn: readonly Witness[];
}

/** Lines of one client on one kind of region, in the sequence in which a test sends them. */
export interface ClientTable {
  readonly client: Client;
  readonly hosts: 'simulated' | 'QEMU';
  readonly lines: readonly ClientLine[];
}

/** The tables of the tests, below the repository. Tests import `deploy`, so `deploy` reads them as data. */
const TABLES = 'test/client/client-tables.ts';

const HEAD = `# Commands of clients that tests run

Made by \`npm run docs\` from the tables of rows in \`test/client\`; not written by hand.

Each row is a line that a test gives Debian's \`openstack\` or \`nova\` client, unchanged, against a region of real
processes. *Effect seen in* says what shows that the command did what it says. It must not show before.

- *API*: what the API answers; for a command that reads, each row and column that the client prints.
- *guest*: what the guest says when it is asked through its serial port, or its console.
- *host*: processes and files of the QEMU host.
- *image*: the bytes of the image.

*Hosts* are simulated ones or QEMU hosts with guests that boot. \`{…}\` stands for an id or a path. What the SDKs do,
and commands of \`openstack-client.test.ts\`, are not counted here.
`;

/** `docs/clients.md` as the tables of the tests say now. */
export async function clientsPage(repository = REPOSITORY): Promise<{ readonly path: string; readonly text: string }> {
  const { CLIENT_TABLES } = (await import(pathToFileURL(realpathSync(join(repository, TABLES))).href)) as {
    readonly CLIENT_TABLES: readonly ClientTable[];
  };
  const sections = (['openstack', 'nova'] as const).map((client) => sectionOf(client, CLIENT_TABLES));
  const text = [HEAD, ...summaryOf(CLIENT_TABLES), '', ...sections].join('\n');
  return { path: join(repository, 'docs/clients.md'), text };
}

const lineRow = (cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;

function summaryOf(tables: readonly ClientTable[]): readonly string[] {
  const count = (of: string, chosen: readonly ClientTable[]): string => {
    const lines = chosen.flatMap(({ client, lines }) => lines.map(({ line }) => ({ client, line })));
    const names = new Set(lines.map(({ client, line }) => `${client} ${commandName(client, line)}`));
    return lineRow([of, names.size, new Set(lines.map(({ client, line }) => `${client} ${line}`)).size]);
  };
  return [
    '| | Different commands | Different lines |',
    '|---|---|---|',
    ...(['openstack', 'nova'] as const).map((client) => count(client, of(tables, { client }))),
    ...(['simulated', 'QEMU'] as const).map((hosts) => count(`on ${hosts} hosts`, of(tables, { hosts }))),
    count('in all', tables),
  ];
}

const of = (tables: readonly ClientTable[], { client, hosts }: Partial<ClientTable>): readonly ClientTable[] =>
  tables.filter((table) => table.client === (client ?? table.client) && table.hosts === (hosts ?? table.hosts));

function sectionOf(client: Client, tables: readonly ClientTable[]): string {
  const rows = of(tables, { client }).flatMap(({ hosts, lines }) =>
    lines.map(({ line, seenIn }) => lineRow([`\`${line}\``, seenIn.join(', '), hosts])),
  );
  return [`## ${client}`, '', '| Command | Effect seen in | Hosts |', '|---|---|---|', ...new Set(rows), ''].join('\n');
}
