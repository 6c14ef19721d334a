import type { Microversion } from '../../http/microversion.ts';
import { lastOf, type Query } from '../../http/query.ts';
import { since } from '../../http/since.ts';
import { badValue, duplicateKey, missingValue } from '../errors.ts';
import {
  type AggregateRequirement,
  aggregatesIn,
  amountsIn,
  type TraitRequirement,
  traitsIn,
  treeIn,
} from '../providers/requirements.ts';

const SINCE = since({ groups: 25, resourceless: 36 });

/** Resources that one provider must have, and what that provider must be. */
interface RequestGroup {
  /** Empty for the group without a suffix, which in a tree of several providers could be spread over them. */
  readonly suffix: string;
  readonly amounts: ReadonlyMap<string, number>;
  readonly traits: TraitRequirement;
  readonly aggregates: AggregateRequirement;
  /** The provider whose tree it must be in; null: any. */
  readonly tree: string | null;
}

export interface CandidateRequest {
  readonly groups: readonly RequestGroup[];
  /** Of the root of the tree. */
  readonly rootTraits: TraitRequirement;
  /** Whether groups with a suffix must have a provider of their own each. */
  readonly isolate: boolean;
  /** null: all. */
  readonly limit: number | null;
}

const KEY = /^(resources|required|member_of|in_tree)(.*)$/;

/** Reads what the schema let through. @throws VolvoxError invalid */
export function candidateRequestIn(query: Query, version: Microversion): CandidateRequest {
  const suffixes = new Set(Object.keys(query).flatMap((key) => KEY.exec(key)?.[2] ?? []));
  const groups = [...suffixes].map((suffix) => groupOf(suffix, query, version));
  const subtrees = (query.same_subtree ?? []).map((value) => value.split(','));
  checkSubtrees(subtrees, suffixes);
  const idle = groups.filter(({ amounts }) => amounts.size === 0).map(({ suffix }) => suffix);
  if (idle.length === groups.length) {
    throw missingValue('There must be at least one resources or resources[$S] parameter.');
  }
  checkIdle(idle, subtrees.flat(), version);
  const granular = groups.filter(({ suffix }) => suffix !== '');
  const policy = lastOf(query, 'group_policy');
  if (SINCE.groups(version) && policy === undefined && granular.length > 1) {
    throw badValue(
      'The "group_policy" parameter is required when specifying more than one "resources{$S}" parameter: none or isolate.',
    );
  }
  const limit = lastOf(query, 'limit');
  return {
    groups,
    rootTraits: rootTraitsIn(query.root_required ?? [], version),
    isolate: policy === 'isolate' && granular.length > 1,
    limit: limit === undefined ? null : Number(limit),
  };
}

function groupOf(suffix: string, query: Query, version: Microversion): RequestGroup {
  const of = (name: string): readonly string[] => query[`${name}${suffix}`] ?? [];
  const [resources] = of('resources');
  const [tree] = of('in_tree');
  return {
    suffix,
    amounts: resources === undefined ? new Map() : amountsIn(resources),
    traits: traitsIn(`required${suffix}`, of('required'), version),
    aggregates: aggregatesIn(`member_of${suffix}`, of('member_of'), version),
    tree: tree === undefined ? null : treeIn(`in_tree${suffix}`, tree),
  };
}

/** Since 1.36 a group may lack resources if it is in a subtree with others. @throws VolvoxError invalid */
function checkIdle(idle: readonly string[], inSubtrees: readonly string[], version: Microversion): void {
  const loose = idle.filter((suffix) => !(SINCE.resourceless(version) && inSubtrees.includes(suffix)));
  if (loose.length === 0) return;
  const keys = loose.map((suffix) => `resources${suffix}`).join(', ');
  const words = SINCE.resourceless(version)
    ? 'Resourceless suffixed group request should be specified in `same_subtree` query param.'
    : 'All request groups must specify resources.';
  throw badValue(`${words} Missing: ${keys}.`);
}

/** A tree of one provider has one subtree, so these parameters never leave anything out; their suffixes must exist all the same. */
function checkSubtrees(subtrees: readonly (readonly string[])[], suffixes: ReadonlySet<string>): void {
  const named = subtrees.flat();
  if (named.includes('')) throw badValue('Empty string (unsuffixed group) can not be specified in `same_subtree`.');
  const wrong = named.filter((suffix) => !suffixes.has(suffix));
  if (wrong.length > 0) {
    throw badValue(
      `Real suffixes should be specified in \`same_subtree\`: ${wrong.join(', ').slice(0, 200)} not found in \`resources[$S]\`.`,
    );
  }
}

function rootTraitsIn(values: readonly string[], version: Microversion): TraitRequirement {
  if (values.length > 1) throw duplicateKey('root_required');
  if (values.some((value) => value.startsWith('in:'))) {
    throw badValue('The parameter root_required takes no in: prefix.');
  }
  return traitsIn('root_required', values, version);
}
