import { Answer } from './answer.ts';
import type { Query } from './query.ts';

/** Reduces a view to these keys. Without keys it returns the whole view. */
function selectFields(view: object, fields: readonly string[]): object {
  const requested = new Set(fields.flatMap((field) => field.split(',')).filter((field) => field !== ''));
  if (requested.size === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([key]) => requested.has(key)));
}

/** An answer whose member `name`, a view or a list of them, has only the keys that the query asks for. */
export function withFields(answer: Answer, name: string | undefined, { fields = [] }: Query): Answer {
  if (name === undefined || fields.length === 0) return answer;
  const body = answer.body as Readonly<Record<string, object>>;
  const views = body[name] ?? {};
  const chosen = Array.isArray(views) ? views.map((view) => selectFields(view, fields)) : selectFields(views, fields);
  return new Answer(answer.status, { ...body, [name]: chosen }, answer.headers);
}
