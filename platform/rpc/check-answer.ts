import { Compile } from 'typebox/compile';
import type { Call } from '../contracts/contract.ts';
import { BadAnswer } from './bad-answer.ts';

type Check = ReturnType<typeof Compile>;

/** Compiled when the first answer of a call comes, for all peers together. */
const CHECKS = new WeakMap<Call, Check>();

/**
 * Checks an answer against the shape of its call, so that a peer in the wrong hands cannot make its caller stumble over what it reads.
 * @throws BadAnswer, naming the first member that is wrong.
 */
export function checkAnswer(definition: Call, answer: unknown): void {
  const check = CHECKS.get(definition) ?? Compile(definition.response);
  CHECKS.set(definition, check);
  if (check.Check(answer)) return;
  const [first] = check.Errors(answer);
  throw new BadAnswer(`${first?.instancePath.slice(0, 200) || '/'} ${first?.message ?? 'is wrong'}`);
}
