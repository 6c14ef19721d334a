import { Batcher } from '#platform/batching/batcher.ts';
import { bySize } from '#platform/batching/by-size.ts';
import type { Actor } from '#platform/contracts/actor.ts';
import type { BuildAnswer, BuildRequest } from '#platform/contracts/door.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';

/** How long a door may take for a call, ms. */
const DEADLINE_MS = 5_000;
/** Of one message; properties and user data are as long as users make them, and a door reads 16 MiB at most. */
const MAX_BYTES = 4 * 1024 * 1024;

interface Question {
  readonly cell: CellDoor;
  readonly request: BuildRequest;
}

/** Sends requests to doors. Requests of one user for one cell that come at the same time go in one call: the cell writes them in one transaction. */
export class DoorRequests {
  readonly #batcher = new Batcher<Question, BuildAnswer>({
    maxBatchSize: 20,
    maxInProgress: 2,
    send: async (questions) =>
      (await Promise.all(bySize(questions, MAX_BYTES, ({ request }) => request).map(sendTogether))).flat(),
  });

  /** @throws what the door's call rejects with. */
  give(cell: CellDoor, request: BuildRequest): Promise<BuildAnswer> {
    const { userId, projectId } = request.build;
    return this.#batcher.ask(JSON.stringify([cell.id, cell.url, userId, projectId]), { cell, request });
  }
}

async function sendTogether(questions: readonly Question[]): Promise<readonly BuildAnswer[]> {
  try {
    return await send(questions);
  } catch (error) {
    // One that the door cannot read must not be the end of the others.
    if (questions.length === 1 || !isVolvoxError(error, 'invalid')) throw error;
    return Promise.all(questions.map(async (question) => (await send([question]))[0] ?? unanswered(question)));
  }
}

async function send(questions: readonly Question[]): Promise<readonly BuildAnswer[]> {
  const [first] = questions;
  if (first === undefined) return [];
  const { userId, projectId, requestId } = first.request.build;
  const actor: Actor = { userId, projectId, isAdmin: false, requestId };
  const requests = questions.map(({ request }) => request);
  const options = { deadlineMs: DEADLINE_MS, requestId };
  const { answers } = await first.cell.door.createInstances({ requests, actor }, options);
  const byUuid = new Map(answers.map((answer) => [answer.uuid, answer]));
  return questions.map((question) => byUuid.get(question.request.build.uuid) ?? unanswered(question));
}

const unanswered = ({ cell, request }: Question): never => {
  throw new Error(`${cell.name} gave no answer for instance ${request.build.uuid}`);
};
