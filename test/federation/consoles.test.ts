import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { actOn, consoleOf } from '../support/server-calls.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Debian's package, which `npm test` installs. */
const CHROMIUM = '/usr/bin/chromium';
const READY_MS = 240_000;
const SHOWN_MS = 60_000;

/** Runs in the browser. */
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
    browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser?.close());

  const open = async (protocol: 'vnc' | 'serial', type: 'novnc' | 'serial'): Promise<string> => {
    const { remote_console: console } = await region.admin.call('compute', 'POST /servers/{id}/remote-consoles', {
      ...{ path: { id }, body: { remote_console: { protocol, type } } },
      headers: { 'openstack-api-version': 'compute 2.6' },
    });
    return console.url;
  };
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
    await page.waitForFunction("document.getElementById('status').textContent === 'Connected'");
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
