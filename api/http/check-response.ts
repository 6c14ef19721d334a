import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Answer } from './answer.ts';
import { atVersion } from './by-version.ts';
import type { Microversion } from './microversion.ts';
import { statusesOf } from './perform.ts';
import type { Operation } from './route.ts';
import { violationOf } from './validator.ts';

/**
 * Checks status and body of an answer against the declaration of its operation. Development and tests turn this on (`api.checkResponses`), and
 * a mismatch fails the request. Production trusts the declaration.
 * @throws VolvoxError internal that names the place in the body.
 */
export function checkResponse(operation: Operation, version: Microversion, answer: Answer): void {
  const { response, status } = operation;
  if (!statusesOf(status, version.minor).includes(answer.status)) {
    throw mismatch(operation, `status ${answer.status} is not declared`);
  }
  const expected = atVersion(response, version);
  if (expected === undefined || expected === 'stream') return;
  const { body } = answer;
  if (expected === 'empty') {
    if (body !== undefined && body !== null) throw mismatch(operation, 'it has a body, and none is declared');
    return;
  }
  const sent: unknown = body === undefined ? null : JSON.parse(JSON.stringify(body));
  const error = violationOf(expected, sent);
  if (error !== null) {
    const data = JSON.stringify(error.data)?.slice(0, 300);
    throw mismatch(
      operation,
      `${error.instancePath || 'the body'} ${error.message} ${JSON.stringify(error.params)}: ${data}`,
    );
  }
}

const mismatch = (operation: Operation, what: string): VolvoxError =>
  new VolvoxError('internal', `The answer does not match what the route declares (${operation.summary}): ${what}`);
