import { hash, randomBytes } from 'node:crypto';
import { addConsoleToken, type ConsoleToken } from '#platform/directory/stores/console-tokens.ts';
import type { ConsoleType } from '#platform/objects/console.ts';
import type { ApiDeps } from '../deps.ts';
import { CONSOLE_PATHS } from './paths.ts';

/** 256 bits, base64url: nobody guesses it, so a plain hash protects what is stored of it. */
const TOKEN_BYTES = 32;

export const hashOfToken = (token: string): string => hash('sha256', token, 'hex');

type Opened = Omit<ConsoleToken, 'tokenHash' | 'createdAt' | 'expiresAt'>;

/** @returns the URL of the console, with a new token in it. */
export async function issueConsoleUrl(
  { directory, clock, config, consoles }: Pick<ApiDeps, 'directory' | 'clock' | 'config' | 'consoles'>,
  opened: Opened,
): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const createdAt = clock.now();
  const expiresAt = createdAt + consoles.tokenSeconds * 1_000;
  await addConsoleToken(directory, { ...opened, tokenHash: hashOfToken(token), createdAt, expiresAt });
  const base = consoles.publicUrl === '' ? config.publicUrl : consoles.publicUrl;
  return `${urlOf(base, opened.type)}?token=${token}`;
}

/** Browsers open the page of a screen; clients of a serial console open its WebSocket, as with Nova. */
const urlOf = (base: string, type: ConsoleType): string =>
  type === 'vnc' ? `${base}${CONSOLE_PATHS.screen}` : `${base.replace(/^http/, 'ws')}${CONSOLE_PATHS.serial}`;
