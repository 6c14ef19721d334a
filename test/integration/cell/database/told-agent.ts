import { randomUUID } from 'node:crypto';
import type { CellDatabase } from '../../../../cell/database/cell-database.ts';
import { moment } from '../../../../cell/database/moment.ts';
import { definitionsOfAgent } from '../../../../cell/database/stores/definitions/definitions-of-agent.ts';
import { saveNetworkAgent } from '../../../../cell/database/stores/host-reports.ts';
import { insertBindings } from '../../../../cell/database/stores/port-bindings.ts';
import type { CellTables } from '../../../../cell/database/tables.ts';
import { HeardDefinitions } from '../../../../cell/network/definitions/heard-definitions.ts';
import { aNetwork } from '../../../support/a-network.ts';
import type { TestDatabase } from '../../../support/test-database.ts';

/** A network agent with one host, played by a test over the tables of its cell. */
export class ToldAgent {
  readonly agentId: string;
  readonly heard = new HeardDefinitions();
  readonly #test: TestDatabase<CellTables>;
  readonly #hostId: string;

  private constructor(test: TestDatabase<CellTables>, agentId: string, hostId: string) {
    this.#test = test;
    this.agentId = agentId;
    this.#hostId = hostId;
  }

  static async in(test: TestDatabase<CellTables>, takesDefinitions = true): Promise<ToldAgent> {
    const agentId = randomUUID();
    const name = `host-${agentId}`;
    const { database } = test;
    await database.transaction((tx) => saveNetworkAgent(tx, agentId, [{ name, takesDefinitions }], moment(Date.now())));
    const { id } = await database.read
      .selectFrom('hosts')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    return new ToldAgent(test, agentId, id);
  }

  /** Asks as an agent does, page by page. @returns how many pages there were. */
  async ask(maxMembers?: number): Promise<number> {
    for (let pages = 1; ; pages++) {
      const { read } = this.#test.database;
      const answer = await definitionsOfAgent(read, this.agentId, this.heard.knows(), maxMembers);
      this.heard.take(answer);
      if (!answer.more) return pages;
    }
  }

  /** What an agent knows that asks for everything now. */
  async all(): Promise<HeardDefinitions> {
    const fresh = new HeardDefinitions();
    fresh.take(await definitionsOfAgent(this.#test.database.read, this.agentId, fresh.knows()));
    return fresh;
  }

  async bind(...portIds: readonly string[]): Promise<void> {
    await bindPorts(this.#test.database, this.#hostId, portIds);
  }

  /** A port of its own on that network. */
  async bindOn(networkId: string): Promise<void> {
    await bindPorts(this.#test.database, this.#hostId, [randomUUID()], networkId);
  }
}

/** Binds ports of guests that nobody asks about to a host. @returns the ids of the bindings. */
export async function bindPorts(
  database: CellDatabase,
  hostId: string,
  portIds: readonly string[],
  networkId: string = aNetwork().id,
): Promise<readonly string[]> {
  const network = { ...aNetwork(), id: networkId };
  const bindings = portIds.map((portId) => {
    const port = { id: portId, networkId: network.id, mac: 'fa:16:3e:00:00:01', fixedIps: [], tag: null };
    return {
      ...{ id: randomUUID(), guestId: randomUUID(), instanceUuid: randomUUID(), hostId, epoch: 1 },
      definition: { port: { ...port, preserveOnDelete: false, securityGroupIds: [] }, network, hostname: 'guest' },
    };
  });
  await database.transaction((tx) => insertBindings(tx, bindings, Date.now()));
  return bindings.map(({ id }) => id);
}

/** What is known, in an order of its own, without versions: two that know the same have the same. */
export function contentOf(heard: HeardDefinitions): unknown {
  const { networks, routers, ports, groups, remotes } = heard.state();
  const sorted = <T>(items: readonly T[]): readonly string[] => items.map((one) => JSON.stringify(one)).sort();
  return {
    networks: sorted(networks),
    routers: sorted(routers),
    ports: sorted(ports),
    groups: sorted(groups),
    remotes: sorted(remotes.map(({ id, members }) => ({ id, members: sorted(members) }))),
  };
}
