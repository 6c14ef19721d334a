import { type IncomingMessage, request } from 'node:http';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ApiClient } from '../../deploy/client/api-client.ts';
import { actOn, consoleOf } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Debian's package, which `npm test` installs. */
const CHROMIUM = '/usr/bin/chromium';
const READY_MS = 240_000;
const SHOWN_MS = 60_000;

const launch = (): Promise<Browser> =>
  puppeteer.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });

async function urlOf(admin: ApiClient, id: string, protocol: 'vnc' | 'serial', type: string): Promise<string> {
  const { remote_console: console } = await admin.call('compute', 'POST /servers/{id}/remote-consoles', {
    path: { id },
    body: { remote_console: { protocol, type: type as 'novnc' } },
    headers: { 'openstack-api-version': 'compute 2.6' },
  });
  return console.url;
}

/** These run in the browser. */
const CONNECTED = "document.getElementById('status').textContent === 'Connected'";
const FIRST_PIXEL = `(() => {
  const canvas = document.querySelector('canvas');
  return canvas === null || canvas.width === 0 ? '' : canvas.getContext('2d').getImageData(1, 1, 1, 1).data.join();
})()`;
const COUNT_COLOURS = `(() => {
  const canvas = document.querySelector('canvas');
  if (canvas === null || canvas.width === 0) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
})()`;

describe('consoles of a QEMU guest', () => {
  let id = '';
  let browser: Browser;
  const region = useTestRegion({ cells: 1, simulatedHosts: 0 }, READY_MS, async ({ createServer, untilActive }) => {
    id = await createServer('with-consoles');
    await untilActive(id, 120_000);
  });
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = (protocol: 'vnc' | 'serial', type: 'novnc' | 'serial') => urlOf(region.admin, id, protocol, type);
  const log = (): Promise<string> => consoleOf(region.admin, id);
  const boots = async () => (await log()).split('volvox-guest: ready after').length - 1;

  /** How many colours the page shows of the guest's screen. */
  const colours = (page: Page): Promise<number> => page.evaluate(COUNT_COLOURS) as Promise<number>;

  it('shows the screen in a browser, and its keys reach the guest', async () => {
    await waitUntil('the guest to be up', async () => (await boots()) === 1 || null, SHOWN_MS);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(await open('vnc', 'novnc'));
    await page.waitForFunction(CONNECTED);
    await waitUntil('a screen with text on it', async () => (await colours(page)) > 1 || null, SHOWN_MS);
    await page.click('#ctrl-alt-del');
    await waitUntil('the guest to boot again', async () => (await boots()) === 2 || null, SHOWN_MS);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('types into the serial console and reads what the guest answers', async () => {
    const socket = new WebSocket(await open('serial', 'serial'), ['binary']);
    let text = '';
    socket.on('message', (data: Buffer) => {
      text += data.toString();
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    expect(socket.protocol).toBe('binary');
    socket.send('\recho typed-$((6 * 7))\r');
    await waitUntil('the answer of the shell', async () => text.includes('typed-42') || null, SHOWN_MS);
    expect(await log()).toContain('typed-42');
    socket.close();
  });

  it('makes the guest notice an interrupt when a crash dump is triggered', async () => {
    await actOn(region.admin, id, { trigger_crash_dump: null }, { 'openstack-api-version': 'compute 2.17' });
    await waitUntil('the kernel to tell of it', async () => /NMI/.test(await log()) || null, SHOWN_MS);
  });

  it('opens nothing with a token that is over', async () => {
    const url = await open('serial', 'serial');
    const wrong = url.replace(/token=.*/, `token=${'x'.repeat(43)}`);
    expect(await statusOf(wrong)).toBe(401);
    expect(await statusOf(url, { origin: 'https://evil.example' })).toBe(403);
    await region.admin.call('compute', 'DELETE /servers/{id}', { path: { id } });
    await waitUntil('the token to be over', async () => (await statusOf(url)) === 401 || null, SHOWN_MS);
  });
});

describe('consoles of simulated guests', () => {
  let id = '';
  let browser: Browser;
  const region = useTestRegion({ cells: 1, simulatedHosts: 1 }, READY_MS, async ({ createServer, untilActive }) => {
    id = await createServer('simulated');
    await untilActive(id);
  });
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  const open = (protocol: 'vnc' | 'serial', type: 'novnc' | 'serial') => urlOf(region.admin, id, protocol, type);

  it('show a screen whose colour changes with each key that is typed', async () => {
    const page = await browser.newPage();
    await page.goto(await open('vnc', 'novnc'));
    await page.waitForFunction(CONNECTED);
    const before = await waitUntil('a screen', async () => ((await page.evaluate(FIRST_PIXEL)) as string) || null);
    await page.keyboard.type('x');
    await page.waitForFunction(`(${FIRST_PIXEL}) !== ${JSON.stringify(before)}`);
    expect(await page.title()).toContain('simulated');
    await actOn(region.admin, id, { 'os-stop': null });
    await page.waitForFunction(`document.getElementById('status').textContent === 'The guest ended the connection.'`);
    await page.goto(await open('vnc', 'novnc'));
    await page.waitForFunction(`document.getElementById('status').textContent.includes('Does the server run?')`);
    await page.close();
    await actOn(region.admin, id, { 'os-start': null });
    await region.untilActive(id);
  });

  it('serve a page that nobody else may frame, with scripts of its own only', async () => {
    const { headers, status } = await fetch(await open('vnc', 'novnc'));
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'self';");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    for (const name of ['../config.ts', 'novnc/../../package.json', 'novnc/package.json', '%2e%2e/paths.ts']) {
      expect((await fetch(new URL(`files/${name}`, await open('vnc', 'novnc')))).status).toBe(404);
    }
  });

  it('are for one kind of console each, and let other upgrades be', async () => {
    const serial = await open('serial', 'serial');
    expect(await statusOf(serial.replace('/console/serial', '/console/vnc/socket'))).toBe(401);
    const plain = new URL('/', serial.replace(/^ws/, 'http'));
    const { statusCode, headers } = await upgradeTo(plain, 'h2c');
    expect([statusCode, headers['content-type']]).toEqual([200, expect.stringContaining('json')]);
  });

  it('answer what is typed, and end when the server is deleted', async () => {
    const socket = new WebSocket(await open('serial', 'serial'));
    let text = '';
    socket.on('message', (data: Buffer) => {
      text += data.toString();
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send('typed');
    await waitUntil('the echo', async () => text.includes('login: typed') || null);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await region.admin.call('compute', 'DELETE /servers/{id}', { path: { id } });
    expect(await closed).toBe(1011);
  });

  it('are not all: crash dumps and passwords reach a running guest, and no other', async () => {
    const other = await region.createServer('dumped');
    await region.untilActive(other);
    const dump = (version = 'compute 2.17') =>
      actOn(region.admin, other, { trigger_crash_dump: null }, { 'openstack-api-version': version });
    await dump();
    await actOn(region.admin, other, { changePassword: { adminPass: 'secret' } });
    const log = await consoleOf(region.admin, other);
    expect(log).toContain('NMI received');
    expect(log).toContain('password of root changed');
    expect(log).not.toContain('secret');
    const { instanceActions } = await region.admin.call('compute', 'GET /servers/{id}/os-instance-actions', {
      path: { id: other },
    });
    expect(instanceActions.map(({ action }) => action)).toEqual(['changePassword', 'trigger_crash_dump', 'create']);
    await actOn(region.admin, other, { 'os-stop': null });
    await waitUntil('it to stop', async () => (await region.server(other)).status === 'SHUTOFF' || null);
    await expect(dump()).rejects.toMatchObject({ status: 409 });
    await expect(actOn(region.admin, other, { changePassword: { adminPass: 'x' } })).rejects.toMatchObject({
      status: 409,
    });
  });
});

/** The status with which a WebSocket is refused; 101 when it opens. */
const statusOf = (url: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once('open', () => {
      socket.close();
      resolve(101);
    });
    socket.once('error', reject);
  });

/** The answer to a GET that asks for another protocol. */
const upgradeTo = (url: URL, protocol: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { headers: { connection: 'Upgrade', upgrade: protocol } }, (answer) => {
      answer.resume();
      resolve(answer);
    });
    asked.once('error', reject);
    asked.end();
  });
