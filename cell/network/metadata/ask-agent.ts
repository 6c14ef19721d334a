import { request } from 'node:http';
import { Compile } from 'typebox/compile';
import { MetadataRecord } from '../../agent/metadata/record.ts';

const ANSWER_WITHIN_MS = 2_000;
const check = Compile(MetadataRecord);

/** `known`: this is the newest record. `nobody`: no instance has that address. `away`: the agent or its conductor does not answer. */
type AgentAnswer =
  | { readonly kind: 'known'; readonly record: MetadataRecord }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'away'; readonly reason: string };

/** Asks the agent through its Unix socket who has an address of a network. Never rejects. */
export function askAgent(socketPath: string, networkId: string, address: string): Promise<AgentAnswer> {
  return new Promise((resolve) => {
    const away = (reason: string) => resolve({ kind: 'away', reason });
    const question = request(
      { socketPath, path: `/records/${networkId}/${address}`, timeout: ANSWER_WITHIN_MS },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          body += part;
        });
        answer.once('error', (error) => away(error.message));
        answer.once('end', () => {
          if (answer.statusCode === 404) resolve({ kind: 'nobody' });
          else if (answer.statusCode === 200) resolve(parse(body));
          else away(`status ${answer.statusCode}`);
        });
      },
    );
    question.once('timeout', () => question.destroy(new Error('no answer in time')));
    question.once('error', (error) => away(error.message));
    question.end();
  });
}

function parse(body: string): AgentAnswer {
  try {
    const record: unknown = JSON.parse(body);
    if (check.Check(record)) return { kind: 'known', record };
    return { kind: 'away', reason: 'the agent speaks another version' };
  } catch (error) {
    return { kind: 'away', reason: (error as Error).message };
  }
}
