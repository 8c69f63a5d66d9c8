/** How an answer of ours may differ from the JVM's. */
export interface Difference {
  readonly reason: string;
  /** Ours, where it is another one. */
  readonly status?: number;
  /** The message says the same in other words, or something of another list. */
  readonly otherBody?: true;
  readonly otherHeaders?: true;
  /** A connector that it deletes here; later cases count on its being there. */
  readonly deletes?: string;
}

const JSON_TEXT: Difference = { reason: "a text of the JVM's JSON parser", otherBody: true };
const NULL_BODY: Difference = {
  reason: 'a text of a NullPointerException; ours says what is missing',
  otherBody: true,
};
const HTML: Difference = {
  reason: 'the HTML page of a web server; ours is an error as any other',
  otherBody: true,
  otherHeaders: true,
};
const NO_FORWARDING: Difference = { reason: 'there is no leader or owner to be forwarded to' };
const NOT_INTERNAL: Difference = {
  reason: 'signed requests between workers do not exist',
  otherBody: true,
  otherHeaders: true,
};

/** What is meant to differ, by the name of the case. */
export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  root: { reason: 'commit and cluster are our own', otherBody: true },
  'CORS on: GET with Origin': { reason: 'commit and cluster are our own', otherBody: true },
  'plugin config known class not a plugin': {
    reason: 'there are no classes but those of plugins',
    status: 404,
    otherBody: true,
  },
  'validate no body': NULL_BODY,
  'validate malformed json': JSON_TEXT,
  'validate json array': JSON_TEXT,
  'validate nested value': JSON_TEXT,
  'create malformed json': JSON_TEXT,
  'create not json text': JSON_TEXT,
  'create no body': NULL_BODY,
  'create empty body with content type': NULL_BODY,
  'create json null': NULL_BODY,
  'create json array': JSON_TEXT,
  'create unknown property': JSON_TEXT,
  'create missing config': NULL_BODY,
  'create null config': NULL_BODY,
  'create config value nested object': JSON_TEXT,
  'create abstract class': { reason: 'there are no classes but those of plugins', otherBody: true },
  'create converter that is not a converter': {
    reason: 'there are no classes but those of plugins',
    otherBody: true,
  },
  'get connector right after create': {
    reason: 'the tasks may be there already, as the note of the case says',
    otherBody: true,
  },
  'create invalid initial_state': JSON_TEXT,
  'create with initialState camelCase': JSON_TEXT,
  'create name is an object': JSON_TEXT,
  'put config no body': NULL_BODY,
  'put config malformed': JSON_TEXT,
  'put config array': JSON_TEXT,
  'patch config no body': NULL_BODY,
  'patch config malformed': JSON_TEXT,
  'alter offsets no body': NULL_BODY,
  'alter offsets malformed': JSON_TEXT,
  'alter offsets unknown field': JSON_TEXT,
  'logger no body': NULL_BODY,
  'logger malformed body': JSON_TEXT,
  'get name with encoded slash': {
    reason: 'a connector with a slash in its name can be addressed',
    status: 200,
    otherBody: true,
    otherHeaders: true,
  },
  'delete name with encoded slash': {
    reason: 'a connector with a slash in its name can be addressed',
    status: 204,
    deletes: 'src p/q?x=%y',
  },
  'get name with dots': {
    reason: 'a connector with a slash in its name can be addressed',
    status: 200,
    otherBody: true,
    otherHeaders: true,
  },
  'double slash path': HTML,
  'encoded percent': HTML,
  'tasks post method for restart all tasks missing id': HTML,
  'restart task of stopped connector': {
    reason: 'there is no leader to be unknown; the message says that the connector is stopped',
    otherBody: true,
  },
  'logger get root': { reason: 'the level is that of our log', otherBody: true },
  'internal put task configs unsigned': { ...NOT_INTERNAL, status: 405 },
  'internal put task configs bad signature': { ...NOT_INTERNAL, status: 405 },
  'internal put task configs disallowed algorithm': { ...NOT_INTERNAL, status: 405 },
  'internal put task configs unknown algorithm': { ...NOT_INTERNAL, status: 405 },
  'internal put task configs invalid base64': { ...NOT_INTERNAL, status: 405 },
  'internal put task configs bad body': { ...NOT_INTERNAL, status: 405 },
  'internal fence unsigned': { ...NOT_INTERNAL, status: 404 },
  'internal fence bad signature': { ...NOT_INTERNAL, status: 404 },
  'follower: internal put tasks unsigned': { ...NOT_INTERNAL, status: 405 },
  'eager: internal put task configs needs no signature': { ...NOT_INTERNAL, status: 405 },
  'eager: internal put task configs unknown connector': { ...NOT_INTERNAL, status: 405 },
  'eager: internal fence of source without EOS': { ...NOT_INTERNAL, status: 404 },
  'eager: internal put non-empty tasks for stopped connector': { ...NOT_INTERNAL, status: 405 },
  'follower: create forward=false': { ...NO_FORWARDING, status: 201, otherBody: true, otherHeaders: true },
  'follower: create forward=true': { ...NO_FORWARDING, status: 409, otherBody: true, otherHeaders: true },
  'leader: restart connector owned by follower, forward=false': {
    ...NO_FORWARDING,
    status: 204,
    otherBody: true,
    otherHeaders: true,
  },
  'follower: restart connector owned by leader, forward=false': {
    ...NO_FORWARDING,
    status: 204,
    otherBody: true,
    otherHeaders: true,
  },
  'eager: validate resolves references': {
    reason: 'what a reference stands for is never shown (design invariant 6)',
    otherBody: true,
  },
};
