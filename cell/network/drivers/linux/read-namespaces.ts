import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { tryCommand } from '../../../agent/run-command.ts';

/** What to ask in one namespace: shell commands, each with an output of its own. */
interface Questions {
  /** null: in the root namespace. */
  readonly namespace: string | null;
  readonly commands: readonly string[];
}

const NEXT = '=====';
const END = '#####';
/** A command that fails ends its namespace with this. */
const FAILED = 3;

const LOOP = `while [ $# -gt 0 ]; do
  if [ -n "$1" ]; then ip netns exec "$1" sh -c "$2"; else sh -c "$2"; fi
  echo "${END} $?"
  shift 2
done`;

/**
 * Asks in many namespaces with one process of the agent's. Answers stand in the order of the questions; null: the namespace is not
 * there. @throws VolvoxError internal when a command fails in a namespace that is there.
 */
export async function readNamespaces(questions: readonly Questions[]): Promise<(readonly string[] | null)[]> {
  if (questions.length === 0) return [];
  const pairs = questions.flatMap(({ namespace, commands }) => [
    namespace ?? '',
    commands.map((command) => `{ ${command}\n} || exit ${FAILED}; echo; echo ${NEXT}`).join('\n'),
  ]);
  const { stdout, stderr } = await tryCommand('sh', ['-c', LOOP, 'sh', ...pairs], { deadlineMs: 30_000 });
  const blocks = [...stdout.matchAll(new RegExp(`([^]*?)^${END} (\\d+)\\n`, 'gm'))];
  return questions.map(({ namespace }, index) => {
    const [, text = '', status] = blocks[index] ?? [];
    if (Number(status) === FAILED || status === undefined) {
      throw new VolvoxError('internal', `Cannot look into ${namespace ?? 'the root namespace'}: ${stderr}`);
    }
    return status === '0' ? text.split(`${NEXT}\n`) : null;
  });
}

/** The output of a command that prints a list as JSON. */
export const listIn = <T>(output: string | undefined): readonly T[] =>
  output === undefined || output.trim() === '' ? [] : (JSON.parse(output) as T[]);
