/** pkgcloud, as programs of Node use it. Prints a line of JSON for each step. */
const { once } = require('node:events');
const { setTimeout: delay } = require('node:timers/promises');
const { promisify } = require('node:util');
const { createClient } = require('pkgcloud').compute;

const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env;
const client = createClient({
  provider: 'openstack',
  authUrl: OS_AUTH_URL.replace(/\/v3\/?$/, ''),
  keystoneAuthVersion: 'v3',
  username: OS_USERNAME,
  password: OS_PASSWORD,
  tenantName: OS_PROJECT_NAME,
  domainId: 'default',
  projectDomainId: 'default',
  region: 'RegionOne',
});
const call = (name, ...args) => promisify(client[name]).apply(client, args);

async function tell(step, found) {
  process.stdout.write(`${JSON.stringify({ step, ...found })}\n`);
  await once(process.stdin, 'data');
}

/** Asks until `ask` answers something; the tests' own time limit ends it. */
async function until(ask) {
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    await delay(100);
  }
}

const inState = (id, state) =>
  until(async () => (await call('getServer', id)).original['OS-EXT-STS:vm_state'] === state);
const isGone = (name, id) =>
  call(name, id).then(
    () => false,
    (error) => {
      if (error.statusCode === 404) return true;
      throw error;
    },
  );

async function main() {
  const images = await call('getImages');
  const flavors = await call('getFlavors');
  const image = images.find(({ name }) => name === 'volvox-guest');
  const flavorOf = (wanted) => flavors.find(({ name }) => name === wanted);
  const server = await call('createServer', { name: 'sdk-server', image, flavor: flavorOf('m1.nano') });
  await inState(server.id, 'active');
  await tell('created', { id: server.id });

  const listed = await call('getServers', {});
  await tell('listed', { names: listed.map(({ name }) => name), id: listed[0].id });

  await call('resizeServer', server.id, flavorOf('m1.tiny'));
  await inState(server.id, 'resized');
  await call('confirmServerResize', server.id);
  await inState(server.id, 'active');
  await tell('resized');

  // When the snapshot is accepted, it reads the image at the Location header as version 1 of the image API answered; Nova names version 2 there.
  await call('createImage', { server: server.id, name: 'sdk-snapshot' }).catch((error) => {
    if (error.message !== 'Unexpected empty response') throw error;
  });
  const isShot = ({ name, status }) => name === 'sdk-snapshot' && status === 'ACTIVE';
  const shot = await until(async () => (await call('getImages')).find(isShot));
  await tell('snapshot', { id: shot.id });

  await call('destroyImage', shot.id);
  await call('destroyServer', server.id);
  const gone = await until(() => isGone('getServer', server.id));
  await tell('deleted', { gone });
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n${JSON.stringify(error)}\n`);
    process.exit(1);
  },
);
