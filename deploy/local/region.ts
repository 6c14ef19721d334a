import { type ApiClient, login } from '../client/api-client.ts';
import { bundledPrograms, type ProgramFiles, sourceFiles } from '../programs/program-files.ts';
import { admitAgents } from './admit-agents.ts';
import { registerCells, simulatedHostsOf, untilHostsUp } from './cells.ts';
import { newJoinTokens, renewAgentCertificates, renewCertificates } from './certificates.ts';
import { identityUrl, writeCredentials } from './credentials-files.ts';
import { endEarlierRun, forget, sweep } from './earlier-run.ts';
import { endLeft, hasLeft } from './end-left.ts';
import { makeGuestImage } from './guest-image/guest-image.ts';
import { guestsDown } from './guests-down.ts';
import { type Home, homeAt } from './home.ts';
import { checkHost } from './host-needs.ts';
import type { ProcessSpec } from './managed-process.ts';
import { prepareMariadb } from './mariadb.ts';
import { removeNetworks } from './network-namespace.ts';
import { makePrivateFolder, makeTrustedFolder } from './private-file.ts';
import { apiUrl, doorUrl, metricsUrls } from './process-configs.ts';
import { identify } from './process-identity.ts';
import { ProcessTable } from './process-table.ts';
import type { Progress } from './progress.ts';
import { cellProcesses, globalProcesses, sqlOptions, storeProcesses } from './region-processes.ts';
import { type RegionState, writeState } from './region-state.ts';
import { reloadStores } from './reload-stores.ts';
import { bootstrapIdentity, seedRegion } from './seed.ts';
import {
  type CellSettings,
  hostsOf,
  newCell,
  type RegionSettings,
  readSettings,
  type StoreSettings,
  writeSettings,
} from './settings.ts';
import { driverFor, type RegionOptions, settingsFor } from './settings-for.ts';
import { settlePorts } from './settle-ports.ts';
import { makeUnderlay, removeUnderlay } from './underlay.ts';

const START_TIMEOUT_MS = 90_000;
/** How often certificates are looked at while the region runs. */
const RENEWAL_EVERY_MS = 3_600_000;
const SIMULATED_NETWORK = '10.20.0.0/16';
const NETWORK = '10.20.0.0/24';

/**
 * A whole region as children of this process. `start` resolves when it takes requests; a failed start is undone by `stop`,
 * which may be called at any time. Everything it has to remember is in its home.
 */
export class LocalRegion {
  readonly home: Home;
  readonly processes: ProcessTable;
  readonly #options: RegionOptions;
  readonly #progress: Progress;
  readonly #startedAt = Date.now();
  #settings: RegionSettings | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #phase: RegionState['phase'] = 'starting';
  #startSeconds: number | null = null;
  #programs: ProgramFiles = sourceFiles;
  /** Nobody else looks after this home. */
  #ours = false;

  constructor(options: RegionOptions, progress: Progress) {
    this.home = homeAt(options.home, options.cache);
    this.#options = options;
    this.#progress = progress;
    this.processes = new ProcessTable(
      () => this.#writeState(),
      (line) => progress.say(line),
    );
  }

  /** @throws before the first process was started. */
  get settings(): RegionSettings {
    if (this.#settings === undefined) throw new Error('the region has not started');
    return this.#settings;
  }

  async start(): Promise<void> {
    makePrivateFolder(this.home.root);
    makeTrustedFolder(this.home.cache);
    const driver = driverFor(this.home, this.#options);
    for (const remark of await checkHost(driver, this.home.root)) this.#progress.say(remark);
    await endEarlierRun(this.home, this.#progress);
    this.#ours = true;
    if (this.#options.fresh)
      await this.#progress.step('earlier region deleted', () => forget(this.home, this.#progress));
    else if (readSettings(this.home) === null) await this.#endFormerRegion();
    this.#keep(await settlePorts(settingsFor(this.home, this.#options)));
    const { global, cells } = this.settings;
    const image = this.#guestImage();
    const programs = this.#bundle();
    await this.#progress.step('databases and Redis', () =>
      this.#startStores([['global', global], ...cells.map((cell) => [cell.name, cell] as const)]),
    );
    if (!this.settings.seeded)
      await this.#progress.step('directory and admin', () => bootstrapIdentity(this.home, this.settings));
    this.#programs = await programs;
    await this.#progress.step('services', () =>
      this.#startProcesses(globalProcesses(this.home, this.settings, this.#programs), cells),
    );
    writeCredentials(this.home, this.settings);
    await this.#makeUsable(await this.admin(), image);
    this.#startSeconds = (Date.now() - this.#startedAt) / 1000;
    this.#enter('running');
    this.#renewal = setInterval(() => {
      this.renewCertificates('due').catch((error: Error) => this.#progress.say(`certificates: ${error.message}`));
    }, RENEWAL_EVERY_MS).unref();
  }

  /** While the databases start. Never rejects. */
  async #bundle(): Promise<ProgramFiles> {
    if (this.#options.fromSources === true) return sourceFiles;
    return bundledPrograms((line) => this.#progress.say(line));
  }

  /** A region that was here before its folder was removed: nobody else would end what it left, and its guests have no agent. */
  async #endFormerRegion(): Promise<void> {
    if (!(await hasLeft(this.home))) return;
    await this.#progress.step('what an earlier region left here ended', () => endLeft(this.home, null));
  }

  /** Starts a cell by itself; nobody is told of it (`volvox cell add` does that). */
  async startCell(name: string): Promise<CellSettings> {
    this.#keep(await settleNewCell(this.settings, newCell(name)));
    const cell = this.cell(name);
    await this.#startStores([[name, cell]]);
    await this.#startProcesses([], [cell]);
    await untilHostsUp(this.home, this.settings, cell, START_TIMEOUT_MS);
    return cell;
  }

  /** Gives processes and stores new certificates, without a restart: those whose own end soon, or all. */
  async renewCertificates(which: 'due' | 'all'): Promise<void> {
    const renewed = renewCertificates(this.home, this.settings, which);
    await reloadStores(this.home, this.settings, renewed);
    if (which === 'all') await renewAgentCertificates(this.home, this.settings);
    if (renewed.length > 0) this.#progress.say(`${renewed.length} certificates renewed`);
  }

  cell(name: string): CellSettings {
    const found = this.settings.cells.find((cell) => cell.name === name);
    if (found === undefined) throw new Error(`no cell ${name} exists`);
    return found;
  }

  admin(): Promise<ApiClient> {
    return login({
      authUrl: identityUrl(this.settings),
      username: 'admin',
      password: this.settings.adminPassword,
      projectName: 'admin',
      domainId: 'default',
    });
  }

  /** Front door, guests, agents, conductors, stores; then whatever else was started below them. Keeps the data; what fails is said and skipped. @returns false when the region is another's, and was left alone. */
  async stop(): Promise<boolean> {
    if (!this.#ours) return false;
    clearInterval(this.#renewal);
    this.#enter('stopping');
    const { processes } = this;
    const settings = this.#settings;
    processes.close();
    const stages: readonly (() => Promise<void>)[] = [
      () => processes.stop(/^api$/),
      () => guestsDown(this.home, processes.matching(/-compute$/), this.#progress),
      () => processes.stop(/-(compute|network)$/),
      () => processes.stop(/^(super-conductor|scheduler)$/),
      () => processes.stop(/-conductor$/),
      () => processes.stop(/-(mariadb|redis)$/),
      async () => {
        if (settings?.driver !== 'qemu') return;
        await removeNetworks(this.home, settings.cells.flatMap(hostsOf));
        await removeUnderlay(this.home, settings.cells);
      },
      () => sweep(this.home, this.#progress),
    ];
    for (const stage of stages) await stage().catch((error: Error) => this.#progress.say(error.message));
    this.#enter('stopped');
    return true;
  }

  /** Starts these processes and those of the cells, and admits the agents of the cells. */
  async #startProcesses(others: readonly ProcessSpec[], cells: readonly CellSettings[]): Promise<void> {
    const { home, settings } = this;
    const admitted = cells.map((cell) => ({
      ...{ cell, hosts: simulatedHostsOf(settings, cell) },
      tokens: newJoinTokens(home, cell),
    }));
    const specs = admitted.flatMap(({ cell, hosts, tokens }) =>
      cellProcesses(
        home,
        cell,
        { cells: settings.cells, hosts, joinTokens: tokens, stores: settings.stores },
        this.#programs,
      ),
    );
    if (settings.driver === 'qemu') await makeUnderlay(home, settings.cells);
    const failed = new AbortController();
    const wait = { timeoutMs: START_TIMEOUT_MS, signal: failed.signal };
    try {
      await Promise.all([
        this.processes.start([...others, ...specs], START_TIMEOUT_MS),
        ...admitted.map(({ cell, hosts, tokens }) => admitAgents(home, cell, hosts, tokens, wait)),
      ]);
    } finally {
      failed.abort();
    }
  }

  async #startStores(stores: readonly (readonly [string, StoreSettings])[]): Promise<void> {
    for (const [owner, store] of stores) {
      const options = sqlOptions(this.home, owner, store);
      const how = await prepareMariadb(options);
      if (how === 'remade') this.#progress.say(`${options.folder} was half made; created it again`);
    }
    const specs = stores.flatMap(([owner, store]) => storeProcesses(this.home, owner, store));
    await this.processes.start(specs, START_TIMEOUT_MS);
  }

  /** Cells are registered, hosts are up, and a new region has what one needs to try it. */
  async #makeUsable(admin: ApiClient, guestImage: Promise<string | null>): Promise<void> {
    const { cells, driver, seeded } = this.settings;
    await this.#progress.step('cells and hosts', async () => {
      await Promise.all(cells.map((cell) => untilHostsUp(this.home, this.settings, cell, START_TIMEOUT_MS)));
      await registerCells(admin, cells);
    });
    if (seeded) return;
    const image = await this.#progress.step('guest image', () => guestImage);
    const networkCidr = driver === 'fake' ? SIMULATED_NETWORK : NETWORK;
    await seedRegion(admin, { image, networkCidr }, this.#progress);
    this.#keep({ ...this.settings, seeded: true });
  }

  /** Made in parallel with everything else, since it takes seconds the first time. Null when none is needed. */
  #guestImage(): Promise<string | null> {
    const { driver, seeded } = this.settings;
    const image = seeded || driver === 'fake' ? Promise.resolve(null) : makeGuestImage(this.home.cache);
    // Whoever needs it sees the failure; a start that fails earlier does not.
    image.catch(() => undefined);
    return image;
  }

  #keep(settings: RegionSettings): void {
    this.#settings = settings;
    writeSettings(this.home, settings);
  }

  #enter(phase: RegionState['phase']): void {
    this.#phase = phase;
    this.#writeState();
  }

  #writeState(): void {
    if (this.#settings === undefined) return;
    writeState(this.home, {
      ...placesOf(this.home, this.#settings),
      phase: this.#phase,
      supervisor: this.#phase === 'stopped' ? null : identify(process.pid),
      startedAt: new Date(this.#startedAt).toISOString(),
      startSeconds: this.#startSeconds,
      processes: this.processes.running(),
    });
  }
}

/** What of its state follows from its settings. */
function placesOf(home: Home, settings: RegionSettings) {
  const api = apiUrl(settings);
  return {
    home: home.root,
    cloudsYaml: home.cloudsYaml,
    urls: {
      api,
      identity: identityUrl(settings),
      federation: `${api}/federation/v1`,
      metrics: metricsUrls(settings),
    },
    driver: settings.driver,
    simulatedHosts: settings.simulatedHosts,
    cells: settings.cells.map((cell) => ({ name: cell.name, doorUrl: doorUrl(cell) })),
  };
}

async function settleNewCell(settings: RegionSettings, cell: CellSettings): Promise<RegionSettings> {
  const settled = await settlePorts({ ...settings, portBase: 0, cells: [cell] });
  return { ...settings, cells: [...settings.cells, ...settled.cells] };
}
