import { describe, expect, it } from 'vitest';
import { useFrontApp } from './use-front-app.ts';

const front = useFrontApp();

const domain = { id: 'default' };
const logIn = (user: object) =>
  front.send('POST /identity/v3/auth/tokens', {
    body: { auth: { identity: { methods: ['password'], password: { user } } } },
  });

describe('names that differ are different', () => {
  it.each([
    ['😀', '😁'],
    ['Größe', 'Grosse'],
    ['case', 'Case'],
    ['blank', 'blank '],
  ])('projects, users and roles %j and %j stand side by side', async (one, other) => {
    for (const name of [one, other]) {
      const project = await front.send('POST /identity/v3/projects', {
        token: front.admin,
        body: { project: { name } },
      });
      expect([project.status, project.body.project?.name]).toEqual([201, name]);
      const user = { name: `user ${name}`, password: 'the same password' };
      expect((await front.send('POST /identity/v3/users', { token: front.admin, body: { user } })).status).toBe(201);
      const role = await front.send('POST /identity/v3/roles', { token: front.admin, body: { role: { name } } });
      expect(role.status).toBe(201);
    }
    const found = await front.send(`GET /identity/v3/projects?name=${encodeURIComponent(one)}`, { token: front.admin });
    expect(found.body.projects.map((project: { name: string }) => project.name)).toEqual([one]);
  });

  it.each(['😎', 'DEMO', 'demo ', 'démo'])('%j is not the user who has a similar name', async (name) => {
    const made = await front.send('POST /identity/v3/users', {
      token: front.admin,
      body: { user: { name: '😀', password: 'demo-password' } },
    });
    expect([201, 409]).toContain(made.status);
    expect((await logIn({ name: '😀', domain, password: 'demo-password' })).status).toBe(201);
    expect((await logIn({ name, domain, password: 'demo-password' })).status).toBe(401);
  });

  it('finds images, networks and tags by their exact names only', async () => {
    const image = await front.send('POST /image/v2/images', {
      token: front.admin,
      body: { name: 't1', tags: ['tag'], flavour: 'Plain' },
    });
    expect(image.status).toBe(201);
    const images = async (query: string) =>
      (await front.send(`GET /image/v2/images?${query}`, { token: front.admin })).body.images.length;
    expect(await Promise.all(['name=t1', 'tag=tag', 'flavour=Plain'].map(images))).toEqual([1, 1, 1]);
    expect(await Promise.all(['name=T1', 'name=t1%20', 'tag=TAG', 'flavour=plain'].map(images))).toEqual([0, 0, 0, 0]);
    const network = await front.send('POST /network/v2.0/networks', {
      token: front.admin,
      body: { network: { name: 'net', description: 'kept' } },
    });
    expect(network.status).toBe(201);
    const networks = async (query: string) =>
      (await front.send(`GET /network/v2.0/networks?${query}`, { token: front.admin })).body.networks.length;
    expect(await Promise.all(['name=net', 'name=NET', 'name=net%20'].map(networks))).toEqual([1, 0, 0]);
  });
});

describe('text outside ASCII in ids and filters', () => {
  it('is an id or a value that nothing has', async () => {
    const unknown = await logIn({ id: 'ü', password: 'demo-password' });
    expect([unknown.status, unknown.body.error.message]).toEqual([
      401,
      'The request you have made requires authentication.',
    ]);
    const expected: readonly (readonly [string, number])[] = [
      ['GET /image/v2/images/ü', 404],
      ['DELETE /image/v2/images/ü', 404],
      ['GET /network/v2.0/networks/ü', 404],
      ['GET /network/v2.0/ports/ü', 404],
      ['GET /identity/v3/users/ü', 404],
      ['GET /identity/v3/projects/ü', 404],
    ];
    for (const [what, status] of expected) {
      const answer = await front.send(what.replace('ü', '%C3%BC'), { token: front.admin });
      expect([what, answer.status]).toEqual([what, status]);
    }
    for (const noun of ['networks', 'subnets', 'ports', 'security-groups'] as const) {
      const list = await front.send(`GET /network/v2.0/${noun}?id=${encodeURIComponent('ü')}`, { token: front.admin });
      expect([list.status, list.body[noun.replace('-', '_')]]).toEqual([200, []]);
    }
  });

  const ODD = ['ü', '💥', '\u0000', 'a\u0000b', '\ud83d', '\udc00x', 'İ', '\uffff'];
  const LISTS = [
    '/image/v2/images?$=@',
    '/image/v2/images?marker=@',
    '/image/v2/images?@=x',
    '/network/v2.0/networks?$=@',
    '/network/v2.0/ports?$=@',
    '/network/v2.0/subnets?$=@',
    '/identity/v3/users?$=@',
    '/identity/v3/roles?$=@',
    '/network/v2.0/security-groups?$=@',
    '/identity/v3/projects?$=@',
    '/identity/v3/role_assignments?user.id=@',
    '/identity/v3/role_assignments?scope.project.id=@',
  ];
  const NAMES = [
    'id',
    'name',
    'description',
    'project_id',
    'owner',
    'network_id',
    'device_id',
    'mac_address',
    'fixed_ips',
    'tag',
    'tags',
    'tags-any',
    'not-tags',
    'status',
    'cidr',
    'email',
    'default_project_id',
    'sort_key',
  ];

  it.each(LISTS)('never fails GET %s', async (path) => {
    const values = ODD.filter((odd) => odd.isWellFormed());
    for (const odd of values) {
      for (const name of path.includes('$') ? NAMES : ['']) {
        const what = `GET ${path.replace('$', name).replace('@', encodeURIComponent(odd))}`;
        for (const token of [front.admin, undefined]) {
          const answer = await front.send(what, token === undefined ? {} : { token });
          expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(500);
        }
      }
    }
  });

  const WRITES: readonly (readonly [string, (odd: string) => object])[] = [
    [
      '/identity/v3/auth/tokens',
      (id) => ({ auth: { identity: { methods: ['password'], password: { user: { id, password: id } } } } }),
    ],
    [
      '/identity/v3/auth/tokens',
      (name) => ({
        auth: { identity: { methods: ['password'], password: { user: { name, domain: { name }, password: name } } } },
      }),
    ],
    ['/identity/v3/auth/tokens', (id) => ({ auth: { identity: { methods: ['token'], token: { id } } } })],
    [
      '/identity/v3/auth/tokens',
      (id) => ({
        auth: { identity: { methods: ['application_credential'], application_credential: { id, secret: id } } },
      }),
    ],
    [
      '/identity/v3/auth/tokens',
      (name) => ({
        auth: {
          identity: {
            methods: ['application_credential'],
            application_credential: { name, user: { name, domain: { id: name } }, secret: name },
          },
        },
      }),
    ],
    ['/identity/v3/users', (name) => ({ user: { name, password: name, default_project_id: name, email: name } })],
    ['/identity/v3/projects', (name) => ({ project: { name, description: name } })],
    ['/identity/v3/roles', (name) => ({ role: { name } })],
    ['/image/v2/images', (name) => ({ name, tags: [name], [name]: name, owner: name })],
    ['/image/v2/images', (id) => ({ id, disk_format: id })],
    ['/network/v2.0/networks', (name) => ({ network: { name, description: name, project_id: name } })],
    ['/network/v2.0/subnets', (id) => ({ subnet: { network_id: id, cidr: id, ip_version: 4 } })],
    ['/network/v2.0/ports', (id) => ({ port: { network_id: id, device_id: id, mac_address: id } })],
    ['/network/v2.0/security-groups', (name) => ({ security_group: { name, description: name, project_id: name } })],
  ];
  it.each(WRITES)('never fails POST %s', async (path, body) => {
    for (const odd of ODD) {
      for (const token of [front.admin, undefined]) {
        const answer = await front.send(`POST ${path}`, { ...(token === undefined ? {} : { token }), body: body(odd) });
        expect(answer.status, `${path} ${JSON.stringify(odd)}: ${answer.text}`).toBeLessThan(500);
      }
    }
  });
});
