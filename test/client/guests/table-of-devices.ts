import { WebSocket } from 'ws';
import { cardsOf, isAlive } from './effects.ts';
import type { GuestCommand } from './guest-command.ts';
import type { ObservedGuest } from './observed-guest.ts';

const HEARD_MS = 10_000;
const has = (count: number) => async (guest: ObservedGuest) => (await cardsOf(guest)).length === count;

/** Cards of the running server `one`, its consoles, and what its machine tells. */
export const DEVICES: readonly GuestCommand[] = [
  {
    openstack: 'server add port one hatch',
    nova: 'interface-attach --port-id {port:hatch} one',
    seenIn: ['guest'],
    effect: has(2),
  },
  {
    nova: 'interface-list one',
    seenIn: ['guest'],
    effect: async (guest, said) => said !== '' && (await cardsOf(guest)).every((mac) => said.includes(mac)),
  },
  {
    openstack: 'server remove port one hatch',
    nova: 'interface-detach one {port:hatch}',
    seenIn: ['guest'],
    effect: has(1),
  },
  {
    openstack: 'server add network one inside',
    nova: 'interface-attach --net-id {network:inside} one',
    seenIn: ['guest'],
    effect: has(2),
  },
  { openstack: 'server remove network one inside', seenIn: ['guest'], effect: has(1) },
  { openstack: 'server add fixed ip one inside', seenIn: ['guest'], effect: has(2) },
  {
    openstack: 'console log show one',
    nova: 'console-log one',
    seenIn: ['guest'],
    effect: async (guest, said) => said.includes('user-data: the first script') && isAlive(guest),
  },
  {
    openstack: 'console url show --novnc one',
    nova: 'get-vnc-console one novnc',
    seenIn: ['guest'],
    effect: async (_guest, said) => {
      const page = urlIn(said);
      const [text, words] = [await (await fetch(page)).text(), await firstWords(screenOf(page))];
      return text.includes('<title>Console</title>') && words === 'RFB 003.008\n';
    },
  },
  {
    openstack: 'console url show --serial one',
    nova: 'get-serial-console one',
    seenIn: ['guest'],
    effect: async (_guest, said) => (await firstWords(urlIn(said), '\n')) !== '',
  },
  {
    openstack: 'server dump create one',
    nova: 'trigger-crash-dump one',
    seenIn: ['guest'],
    effect: async (guest) => (await guest.console()).includes('NMI received'),
  },
  {
    nova: 'diagnostics {server:one}',
    as: 'admin',
    seenIn: ['guest'],
    effect: async (guest, said) => said !== '' && (await cardsOf(guest)).every((mac) => said.includes(mac)),
  },
  {
    nova: 'reset-state --all-tenants {server:one}',
    as: 'admin',
    seenIn: ['guest', 'API'],
    effect: async (guest) => (await guest.server()).status === 'ERROR' && isAlive(guest),
  },
  {
    nova: 'reset-state --all-tenants --active {server:one}',
    as: 'admin',
    seenIn: ['guest', 'API'],
    effect: async (guest) => (await guest.server()).status === 'ACTIVE' && isAlive(guest),
  },
];

function urlIn(said: string): string {
  const url = /\b(?:http|ws)s?:\/\/\S+/.exec(said)?.[0];
  if (url === undefined) throw new Error(`no URL is in ${said}`);
  return url;
}

/** The WebSocket of a page that shows a screen. */
function screenOf(page: string): string {
  const url = new URL(page);
  url.protocol = 'ws:';
  url.pathname = `${url.pathname}/socket`;
  return url.href;
}

/** What the other side says first, once it was told something. */
async function firstWords(url: string, told = ''): Promise<string> {
  const socket = new WebSocket(url, ['binary']);
  try {
    return await new Promise((resolve, reject) => {
      socket.once('open', () => socket.send(Buffer.from(told)));
      socket.once('message', (data: Buffer) => resolve(data.toString()));
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`${url} was closed`)));
      AbortSignal.timeout(HEARD_MS).addEventListener('abort', () => reject(new Error(`${url} says nothing`)));
    });
  } finally {
    socket.terminate();
  }
}
