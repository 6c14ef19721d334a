import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClient } from '../../../deploy/client/api-client.ts';
import type { Server } from '../../../deploy/client/views.ts';
import type { TestRegion } from '../../support/test-region.ts';
import { askGuest, type Machine, machinesOf } from './machines.ts';

/** What the boot loader of the guest image says first. */
const BOOT_LOADER = 'SYSLINUX ';

/** A server as its host and its guest show it. The API tells only which server a name means. */
export class ObservedGuest {
  readonly #region: TestRegion;
  readonly #name: string;
  #id: string | undefined;
  #noted: string | undefined;

  constructor(region: TestRegion, name: string) {
    this.#region = region;
    this.#name = name;
  }

  /** Of the server that was the first to be found by the name. @throws when none has it, or more than one. */
  async id(): Promise<string> {
    this.#id ??= await idOfServer(this.#region.admin, this.#name);
    return this.#id;
  }

  async server(): Promise<Server> {
    return this.#region.server(await this.id());
  }

  /** Its live migration that is in progress. @throws when none is. */
  async migration() {
    const path = { id: await this.id() };
    const { migrations } = await this.#region.admin.call('compute', 'GET /servers/{id}/migrations', { path });
    const [migration] = migrations;
    if (migration === undefined) throw new Error(`no live migration of ${this.#name} is in progress`);
    return migration;
  }

  async machines(): Promise<readonly Machine[]> {
    return machinesOf(await this.id());
  }

  /** @throws when none runs, or two. */
  async machine(): Promise<Machine> {
    const [machine, ...more] = await this.machines();
    if (machine === undefined || more.length > 0) throw new Error(`${more.length + (machine ? 1 : 0)} machines run`);
    return machine;
  }

  /** What the guest's shell prints for the command. */
  async ask(command: string): Promise<string> {
    return askGuest(await this.machine(), command);
  }

  /** Its folders on the hosts. */
  async folders(): Promise<readonly string[]> {
    return foldersOf(this.#region.region.home.data(), await this.id());
  }

  /** The console log on its host: that of the machine that runs, or else of the only guest. @throws when there is none, or it is open which. */
  async console(): Promise<string> {
    const [machine] = await this.machines();
    const [folder, ...more] = machine === undefined ? await this.folders() : [(await this.machine()).folder];
    if (folder === undefined || more.length > 0) throw new Error(`the guest has ${more.length} more folders`);
    return readFileSync(join(folder, 'console.log'), 'utf8');
  }

  /** Whether it has come up, by its console log, since it was last switched on or reset. */
  async isUp(): Promise<boolean> {
    const said = await this.console();
    return said.slice(said.lastIndexOf(BOOT_LOADER)).includes('volvox-guest: ready after');
  }

  /** Of the host on which its machine runs. */
  async hostOf(): Promise<string> {
    return hostOfFolder((await this.machine()).folder);
  }

  /** Keeps in mind where it is. */
  async noteHost(): Promise<void> {
    this.#noted = await this.hostOf();
  }

  /** Whether its only machine runs on another host than the noted one. */
  async hasMoved(): Promise<boolean> {
    return (await this.hostOf()) !== this.noted;
  }

  /** @throws when none was. */
  get noted(): string {
    if (this.#noted === undefined) throw new Error('no host was noted');
    return this.#noted;
  }
}

/** The name of the host in whose data the folder is. */
export const hostOfFolder = (folder: string): string => `${/\/data\/([^/]+)\/compute\//.exec(folder)?.[1]}-host`;

async function idOfServer(admin: ApiClient, name: string): Promise<string> {
  const query = { name: `^${name}$`, all_tenants: '1' };
  const { servers } = await admin.call('compute', 'GET /servers/detail', { query });
  const [server, ...more] = servers;
  if (server === undefined || more.length > 0) throw new Error(`${servers.length} servers are named ${name}`);
  return server.id;
}

/** The folders in which the hosts below `data` keep the guests of the server. */
const foldersOf = (data: string, server: string): readonly string[] =>
  readdirSync(data).flatMap((host) => {
    const guests = join(data, host, 'compute/guests');
    return namesIn(guests)
      .filter((name) => !name.startsWith('.'))
      .map((name) => join(guests, name))
      .filter((folder) => recordOf(folder).includes(`"instanceUuid":"${server}"`));
  });

const namesIn = (folder: string): readonly string[] => unlessMissing(() => readdirSync(folder), []);
const recordOf = (folder: string): string => unlessMissing(() => readFileSync(join(folder, 'guest.json'), 'utf8'), '');

function unlessMissing<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}
