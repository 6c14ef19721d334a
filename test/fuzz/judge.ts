import { NOT_SUPPORTED } from '../../api/compute/not-supported.ts';
import type { OddRequest } from './odd-request.ts';

export interface OddAnswer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
  readonly requestId: string;
  /** What Retry-After says; null without it. */
  readonly retryAfterMs: number | null;
}

/** Longer than any answer may take here, ms. */
export const HANG_MS = 20_000;
/** No answer is larger, whatever was asked for; lists are pages. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What is wrong with an answer; null when nothing is. @param reason what the log says of the request. */
export function faultIn(request: OddRequest, answer: OddAnswer, reason?: string): string | null {
  const { status, text, ms } = answer;
  if (status >= 500 && !isNotSupported(answer)) return `status ${status}: ${(reason ?? text).slice(0, 600)}`;
  if (status < 200) return `status ${status}`;
  if (ms > HANG_MS) return `no answer for ${Math.round(ms)} ms`;
  if (text.length > MAX_BYTES) return `an answer of ${text.length} bytes`;
  if (status === 401 && request.headers['x-auth-token'] === undefined) return null;
  if (status >= 400 && text === '' && request.method !== 'GET') return null;
  return request.limit === null || status !== 200 ? null : tooLong(request.limit, text);
}

/** Of bare metal nodes and the power of hosts, as Nova answers there: nothing has failed. */
const isNotSupported = ({ status, text }: OddAnswer): boolean => status === 501 && text.includes(NOT_SUPPORTED);

function tooLong(limit: number, text: string): string | null {
  const body = parsed(text);
  const lists = Object.entries(body).filter(([key, value]) => Array.isArray(value) && !key.endsWith('links'));
  for (const [key, list] of lists) {
    if ((list as unknown[]).length > limit) return `${(list as unknown[]).length} ${key} where ${limit} were asked for`;
  }
  return null;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
