export type Location = 'identifier' | 'comment' | 'string' | 'markdown';

export interface RetiredWord {
  /** As the check names it. */
  readonly word: string;
  /** The word to use; docs/glossary.md defines those that are our own. */
  readonly write: string;
  /** Matches one identifier; absent where the word is no part of names. */
  readonly identifier?: RegExp;
  /** Matches in a string, and in a line of a comment or of a page outside of its code spans. */
  readonly text?: RegExp;
}

/**
 * Names that stay, because what they name is stored or spoken already: tables and columns (they change by a pair of releases), keys of
 * the agents' saved files, configuration, and names of other people's functions.
 */
export const STANDING_NAMES: ReadonlySet<string> = new Set([
  ...['hold_changes', 'stray_builds', 'aside_instances', 'aside_at', 'keep_aside'],
  ...['found_power', 'found_generation', 'found_restarts', 'ordered', 'halfCopy', 'fakeCopyMs'],
  ...['copyFile', 'homedir'],
]);

/** Values that stay for the same reason: the state of a home, the role of a guest, a phase of a move, the step that waits for its stop. */
export const STANDING_VALUES: ReadonlySet<string> = new Set(['homed', 'aside', 'copy', 'hold']);

/** Files that name a form of an older release, which a peer or a saved file may still have. */
export const OLDER_FORMS =
  /(?:^|\/)migrations\/|guest-journal\.ts$|guest-records\.ts$|saved-guests\.test\.ts$|(?:door|other)-versions\.test\.ts$|books\/host-books\.ts$/;

/** Words that had several meanings, or that only we used. None is left; the check refuses each of them. */
export const RETIRED_WORDS: readonly RetiredWord[] = [
  {
    word: 'hold',
    write: 'quota reservation, acquire, long poll, present or lease holder',
    identifier: /^(?:hold|held|holds|holder|holding)(?![a-z])|H(?:old|olds|eld|olding)(?![a-z])|^HOLD|_HOLD/,
    text: /\bquota (?:holds?|held)\b|\bopen holds?\b|\bsettl\w+ (?:a|the) holds?\b|\blong(?:-| )held\b/i,
  },
  {
    word: 'copy',
    write: 'guest, disk transfer or saved file',
    identifier: /^cop(?:y[A-Z_]|ies(?![a-z]))|Cop(?:y|ies)(?![a-z])/,
    text: /(?<!['-])\bcop(?:y|ies)\b(?!['-]| \d+ %)/i,
  },
  {
    word: 'place',
    write: 'candidate or claim',
    identifier: /^(?:takePlace|Places?|places|Placed|PlacesOn\w*|placeOn)$|[tT]akePlace/,
    text: /\btakes? (?:a|the|its) places?\b|\bno place\b/i,
  },
  {
    word: 'order',
    write: 'request, sort order, or requested phase and reached phase',
    identifier: /^(?:ordered|orders|orderOf|isOrdered|awaitOrder)$|[dD]oorOrders?|MoveOrder|MoveInOrder|MoveOutOrder/,
    text: /\borders? (?:to|from|for) (?:a|the|its) (?:door|cell|move)\b|\bthe order to\b/i,
  },
  {
    word: 'room',
    write: 'capacity or claim; buffer pool for memory',
    identifier: /^(?:room|takeRoom|giveRoom\w*)$|Room(?![a-z])/,
    text: /\brooms?\b/i,
  },
  {
    word: 'aside',
    write: 'quarantined',
    identifier: /^aside|Aside|ASIDE/,
    text: /(?<![/'])\baside\b(?![:'])/i,
  },
  {
    word: 'stray',
    write: 'orphaned placement',
    identifier: /^strays?(?![a-z])|Strays?(?![a-z])|STRAY/,
    text: /\bstrays?\b/i,
  },
  {
    word: 'homed',
    write: 'placed or unplaced',
    identifier: /^(?:un)?homed|Homed|Unhomed/,
    text: /\b(?:un)?homed\b/i,
  },
  {
    word: 'strangers',
    write: 'unknown guests',
    identifier: /^strangers?(?![a-z])|Strangers?(?![a-z])/,
    text: /\bstrangers?\b/i,
  },
  {
    word: 'wish',
    write: 'setDesired (a desired state)',
    identifier: /^wish|Wish/,
    text: /\bwish(?:es|ed)?\b/i,
  },
  { word: 'dismiss', write: 'markAbsent', identifier: /^dismiss|Dismiss/, text: /(?<!job-|auto-)\bdismiss/i },
  { word: 'beginAnew', write: 'restart', identifier: /beginAnew/i, text: /\bbegins? anew\b/i },
  { word: 'own', write: 'updateAsOwner', identifier: /^(?:ownOrRefuse|lockOwnOrRefuse)$/ },
  {
    word: 'beside',
    write: 'inLeasedTransaction; next to, together with',
    identifier: /^beside$/,
    text: /\bbeside\b/i,
  },
  {
    word: 'wanted',
    write: 'desired',
    identifier: /^wanted|Wanted|WANTED/,
    text: /\bwanted\b/i,
  },
  {
    word: 'found',
    write: 'observed',
    identifier: /^found(?:_|[A-Z])|(?:Guest|Binding|Host|Network|Tap)Found|[sS]aveFound/,
    text: /\bwanted and found\b|\bwhat (?:was|the agent|an agent) found\b/i,
  },
  {
    word: 'put right',
    write: 'repaired',
    text: /\b(?:puts?|putting) (?:\w+ )?right\b/i,
  },
  { word: 'under way', write: 'in progress', text: /\bunder way\b/i },
  {
    word: 'at rest',
    write: 'idle',
    identifier: /[aA]tRest/,
    text: /\bat rest\b/i,
  },
  { word: 'taken down', write: 'recorded', text: /\b(?:takes?|taken) down\b/i },
  {
    word: 'let go',
    write: 'released',
    identifier: /^lets?Go(?![a-z])/,
    text: /\blet(?:s|ting)? (?:\w+ )?go\b/i,
  },
  { word: 'in hand', write: 'being handled', identifier: /InHand/, text: /\bin hand\b/i },
  { word: 'MOST_', write: 'MAX_', identifier: /^MOST(?:_|$)/ },
  { word: 'least', write: 'min', identifier: /^least(?![a-z])/ },
  { word: 'mostTogether', write: 'maxBatchSize', identifier: /[mM]ostTogether/ },
  { word: 'census', write: 'inventory', identifier: /[cC]ensus/, text: /\bcensus/i },
  { word: 'knock', write: 'handshake', identifier: /[kK]nock/, text: /\bknock/i },
  {
    word: 'bell',
    write: 'notifier',
    identifier: /^bells?(?![a-z])|Bell(?![a-z])/,
    text: /\bbells?\b/i,
  },
  {
    word: 'desk',
    write: 'agent API',
    identifier: /^desk(?![a-z])|Desk(?![a-z])/,
    text: /\bdesks?\b/i,
  },
  {
    word: 'lane',
    write: 'worker',
    identifier: /^lanes?(?![a-z])|Lanes?(?![a-z])/,
    text: /\blanes?\b/i,
  },
  {
    word: 'patience',
    write: 'retry budget',
    identifier: /^patien|Patien|PATIEN/,
    text: /\bpatien/i,
  },
  { word: 'Outrun', write: 'VersionConflict', identifier: /[oO]utrun/, text: /\boutr[au]n\b/i },
  {
    word: 'there is not',
    write: 'does not exist',
    text: /\bthat there (?:is|are|was|were) not\b/i,
  },
  {
    word: 'is waited for',
    write: 'name who waits',
    text: /\b(?:is|are|be) (?:not )?waited for\b/i,
  },
];
