import { randomBytes } from 'node:crypto';
import type { Flavor } from '#platform/objects/flavor.ts';
import { waitUntil } from '../support/wait-until.ts';
import { IMAGES } from './fixture-images.ts';
import { type Fixture, FLAVORS, fixtureOf } from './fixtures.ts';
import type { Front } from './send-to.ts';

/** An account of a region that may do everything. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely.
  readonly body: any;
}

/** A running region that is reached by its APIs alone. Its flavors and aggregates are replaced, so it must be one for tests. */
export class RemoteRegion {
  readonly app: Front;
  readonly #url: string;
  #token = '';
  #publicUrl = '';
  #hostName = '';
  #conductorHost = '';
  /** What brings back what the run has changed for all projects. */
  readonly #undo: (() => Promise<unknown>)[] = [];

  private constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
    this.app = {
      inject: async ({ method, url: path, headers, payload }) => {
        const body = payload === undefined ? {} : { body: payload };
        const answer = await fetch(`${this.#url}${path}`, { method, headers, redirect: 'manual', ...body });
        const found = Object.fromEntries(answer.headers);
        return { statusCode: answer.status, headers: found, body: await answer.text() };
      },
    };
  }

  /** @throws when the account is refused, or the region has no host. */
  static async open(url: string, { user, password, project }: Account): Promise<RemoteRegion> {
    const region = new RemoteRegion(url);
    const scope = { project: { name: project, domain: { id: 'default' } } };
    const { token, catalog } = await region.#logIn({ name: user, password, domain: { id: 'default' } }, scope);
    region.#token = token;
    const { endpoints } = catalog.find(({ type }) => type === 'compute') ?? { endpoints: [] };
    region.#publicUrl = (endpoints[0]?.url ?? url).replace(/\/compute\/.*$/, '');
    const { hypervisors } = (await region.#ask('GET', '/compute/v2.1/os-hypervisors')).body;
    if (hypervisors.length === 0) throw new Error(`${url} has no host`);
    region.#hostName = hypervisors[0].hypervisor_hostname;
    const { services } = (await region.#ask('GET', '/compute/v2.1/os-services?binary=nova-conductor')).body;
    region.#conductorHost = services[0]?.host ?? '';
    return region;
  }

  /** The default quota of the recording, its images, and no others. `restore` brings the others back, and the quota. */
  async replaceShared(): Promise<void> {
    const { id: _id, ...defaults } = (await this.#ask('GET', DEFAULT_QUOTA)).body.quota_class_set;
    this.#undo.push(() => this.#ask('PUT', DEFAULT_QUOTA, { quota_class_set: defaults }));
    const ours = new Set(IMAGES.map(({ id }) => id));
    for (const { id } of (await this.#ask('GET', '/image/v2/images?visibility=public')).body.images) {
      if (ours.has(id)) continue;
      const hidden = (value: boolean) => this.#patchImage(id, [{ op: 'replace', path: '/os_hidden', value }]);
      this.#undo.push(() => hidden(false));
      await hidden(true);
    }
    await this.#seedImages();
  }

  /** Brings back what other projects share, but for flavors and aggregates. */
  async restore(): Promise<void> {
    for (const undo of this.#undo.splice(0)) await undo();
  }

  /** An image that is there stays. */
  async #seedImages(): Promise<void> {
    for (const { id, name, properties } of IMAGES) {
      const path = `/image/v2/images/${id}`;
      if ((await this.#ask('GET', path, undefined, [200, 404])).status === 404) {
        const image = { id, name, visibility: 'public', disk_format: 'raw', container_format: 'bare', ...properties };
        await this.#ask('POST', '/image/v2/images', image);
        const headers = { 'x-auth-token': this.#token, 'content-type': 'application/octet-stream' };
        const bytes = new Uint8Array(1_024);
        const sent = await fetch(`${this.#url}${path}/file`, { method: 'PUT', headers, body: bytes });
        if (!sent.ok) throw new Error(`the bytes of image ${id}: ${sent.status} ${await sent.text()}`);
      }
    }
  }

  /** Gives the images the properties of the recording. */
  async #resetImages(): Promise<void> {
    for (const { id, name, properties } of IMAGES) {
      const now = (await this.#ask('GET', `/image/v2/images/${id}`)).body;
      const desired = { ...properties, name };
      const changes = [
        ...Object.keys(now)
          .filter((key) => !(key in desired) && !ATTRIBUTES.has(key))
          .map((key) => ({ op: 'remove', path: `/${key}` })),
        ...Object.entries(desired)
          .filter(([key, value]) => value !== now[key])
          .map(([key, value]) => ({ op: key in now ? 'replace' : 'add', path: `/${key}`, value })),
      ];
      if (changes.length > 0) await this.#patchImage(id, changes);
    }
  }

  async #patchImage(id: string, changes: readonly object[]): Promise<void> {
    const headers = { 'x-auth-token': this.#token, 'content-type': 'application/openstack-images-v2.1-json-patch' };
    const payload = JSON.stringify(changes);
    const answer = await this.app.inject({ method: 'PATCH', url: `/image/v2/images/${id}`, headers, payload });
    if (answer.statusCode !== 200) throw new Error(`image ${id} could not be changed: ${answer.body}`);
  }

  /** A project with a member, an admin and a network, and the flavors of the fixture. */
  async prepare(): Promise<Fixture> {
    await this.#replaceFlavors();
    await this.#ask('PUT', DEFAULT_QUOTA, { quota_class_set: RECORDED_QUOTA });
    const name = `conformance-${randomBytes(4).toString('hex')}`;
    const project = (await this.#ask('POST', '/identity/v3/projects', { project: { name } })).body.project;
    const { roles } = (await this.#ask('GET', '/identity/v3/roles')).body;
    const user = async (role: string) => {
      const password = randomBytes(16).toString('hex');
      const made = await this.#ask('POST', '/identity/v3/users', { user: { name: `${name}-${role}`, password } });
      const { id } = made.body.user;
      const roleId = roles.find((one: { name: string }) => one.name === role).id;
      await this.#ask('PUT', `/identity/v3/projects/${project.id}/users/${id}/roles/${roleId}`);
      const { token } = await this.#logIn({ id, password }, { project: { id: project.id } });
      return { id: String(id), token };
    };
    await this.#resetImages();
    const [member, admin] = [await user('member'), await user('admin')];
    await this.#network(member.token);
    return fixtureOf({
      projectId: project.id,
      memberId: member.id,
      adminId: admin.id,
      hostName: this.#hostName,
      conductorHost: this.#conductorHost,
      publicUrl: this.#publicUrl,
      token: (isAdmin) => (isAdmin ? admin : member).token,
      neighbour: null,
      isSeeded: false,
    });
  }

  /** Removes what a scenario has left: its servers hold capacity. Networks, users and project go too, as far as they can. */
  async clear(fixture: Fixture): Promise<void> {
    const token = fixture.token(true);
    const listed = async () => (await this.#as(token, 'GET', '/compute/v2.1/servers')).body.servers as { id: string }[];
    for (const { id } of await listed()) {
      await this.#as(token, 'POST', `/compute/v2.1/servers/${id}/action`, { unlock: null });
      await this.#as(token, 'DELETE', `/compute/v2.1/servers/${id}`);
    }
    await waitUntil('the servers to be gone', async () => (await listed()).length === 0);
    const { networks = [] } = (await this.#as(token, 'GET', `/network/v2.0/networks?project_id=${fixture.projectId}`))
      .body;
    for (const { id } of networks) await this.#as(token, 'DELETE', `/network/v2.0/networks/${id}`);
    for (const id of [fixture.memberId, fixture.adminId])
      await this.#as(this.#token, 'DELETE', `/identity/v3/users/${id}`);
    for (const user of KEY_OWNERS) {
      const { keypairs } = (await this.#as(this.#token, 'GET', `${KEYS}?user_id=${user}`, undefined, '2.10')).body;
      for (const { keypair } of keypairs) {
        await this.#as(this.#token, 'DELETE', `${KEYS}/${keypair.name}?user_id=${user}`, undefined, '2.10');
      }
    }
    await this.#as(this.#token, 'DELETE', `/identity/v3/projects/${fixture.projectId}`);
  }

  /** No aggregates but, with a zone, the one that recorded servers are built in. */
  async replaceAggregates(zone: 'us-west' | null): Promise<void> {
    const { aggregates } = (await this.#ask('GET', '/compute/v2.1/os-aggregates')).body;
    for (const { id, hosts } of aggregates) {
      const path = `/compute/v2.1/os-aggregates/${id}`;
      for (const host of hosts) await this.#ask('POST', `${path}/action`, { remove_host: { host } });
      await this.#ask('DELETE', path);
    }
    if (zone === null) return;
    const aggregate = { name: zone, availability_zone: zone };
    const { id } = (await this.#ask('POST', '/compute/v2.1/os-aggregates', { aggregate })).body.aggregate;
    const add_host = { host: this.#hostName };
    await this.#ask('POST', `/compute/v2.1/os-aggregates/${id}/action`, { add_host });
  }

  async anotherImage(fixture: Fixture): Promise<string> {
    const image = { name: 'another', disk_format: 'raw', container_format: 'bare' };
    return (await this.#as(fixture.token(false), 'POST', '/image/v2/images', image)).body.id;
  }

  async #replaceFlavors(): Promise<void> {
    const { flavors } = (await this.#ask('GET', '/compute/v2.1/flavors?is_public=None')).body;
    for (const { id } of flavors) await this.#ask('DELETE', `/compute/v2.1/flavors/${id}`);
    for (const one of FLAVORS) {
      await this.#ask('POST', '/compute/v2.1/flavors', { flavor: asRequested(one) });
      if (Object.keys(one.extraSpecs).length === 0) continue;
      await this.#ask('POST', `/compute/v2.1/flavors/${one.id}/os-extra_specs`, { extra_specs: one.extraSpecs });
    }
  }

  /** A network of the project, unless it sees one that all projects share: then servers would not know which to take. */
  async #network(token: string): Promise<void> {
    const { networks } = (await this.#as(token, 'GET', '/network/v2.0/networks?router:external=false')).body;
    if (networks.length > 0) return;
    const { body } = await this.#as(token, 'POST', '/network/v2.0/networks', { network: { name: 'private' } });
    const subnet = { name: 'private', network_id: body.network.id, ip_version: 4, cidr: '10.0.0.0/24' };
    const made = await this.#as(token, 'POST', '/network/v2.0/subnets', { subnet });
    if (made.status !== 201) throw new Error(`a subnet could not be made: ${JSON.stringify(made.body)}`);
  }

  /** As the account. @throws with the answer when its status is another one. */
  async #ask(method: Method, path: string, body?: unknown, expected?: readonly number[]): Promise<Answer> {
    const answer = await this.#as(this.#token, method, path, body);
    const isExpected = expected === undefined ? answer.status < 300 : expected.includes(answer.status);
    if (!isExpected) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async #as(token: string, method: Method, url: string, body?: unknown, version?: string): Promise<Answer> {
    const headers = {
      ...(token === '' ? {} : { 'x-auth-token': token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(version === undefined ? {} : { 'openstack-api-version': `compute ${version}` }),
    };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const answer = await this.app.inject({ method, url, headers, ...payload });
    return { ...answer, status: answer.statusCode, body: answer.body === '' ? null : JSON.parse(answer.body) };
  }

  async #logIn(user: object, scope: object): Promise<{ token: string; catalog: readonly Endpoints[] }> {
    const auth = { identity: { methods: ['password'], password: { user } }, scope };
    const answer = await this.#as('', 'POST', '/identity/v3/auth/tokens', { auth });
    if (answer.status !== 201) throw new Error(`${this.#url} refuses the log-in: ${JSON.stringify(answer.body)}`);
    return { token: String(answer.headers['x-subject-token']), catalog: answer.body.token.catalog ?? [] };
  }
}

/** What the view of an image has besides its own properties. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  'id name status visibility protected os_hidden owner checksum os_hash_algo os_hash_value size virtual_size min_disk min_ram disk_format container_format created_at updated_at tags self file schema stores'.split(
    ' ',
  ),
);
/** Users for whom recorded admins make key pairs. */
const KEY_OWNERS = ['user1', 'user2'];
const DEFAULT_QUOTA = '/compute/v2.1/os-quota-class-sets/default';
/** Nova's own default. */
const RECORDED_QUOTA = { instances: 10, cores: 20 };
const KEYS = '/compute/v2.1/os-keypairs';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
interface Endpoints {
  readonly type: string;
  readonly endpoints: readonly { readonly url: string }[];
}

const asRequested = ({ id, name, ramMb, vcpus, diskGb }: Flavor) => ({ id, name, ram: ramMb, vcpus, disk: diskGb });
