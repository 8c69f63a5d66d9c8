import type { ConnectorOperation, RestClient, RestResponse } from '@millrace/testing';
import { fileSource } from '../connectors.ts';

export type OperationKind = ConnectorOperation['kind'];

/** An answer that no call may get while the broker is there: neither done nor refused. */
class UnexpectedAnswerError extends Error {
  constructor(kind: OperationKind, connector: string, { status, body }: RestResponse) {
    super(`${kind} ${connector} was answered ${status}: ${JSON.stringify(body)}`);
  }
}

/**
 * Does one thing to a connector; `value` is what its configuration holds then. null: it says nothing, since it was not sent, or the gateway was still
 * starting, or a read was marked as stale or lost. Only a connection that broke leaves open what happened. Throws UnexpectedAnswerError.
 */
export async function callConnector(
  rest: RestClient,
  {
    kind,
    connector,
    value,
  }: { readonly kind: OperationKind; readonly connector: string; readonly value: string },
): Promise<ConnectorOperation | null> {
  const from = performance.now();
  let response: RestResponse;
  try {
    response = await send(rest, { kind, connector, value });
  } catch (error) {
    return kind === 'get' || wasRefused(error) ? null : unknown(kind, from, value);
  }
  if (isStarting(response)) {
    return null;
  }
  const span = { from, to: performance.now() };
  const operation = answered(kind, value, { span, response });
  if (operation === undefined) {
    throw new UnexpectedAnswerError(kind, connector, response);
  }
  return operation;
}

function send(
  rest: RestClient,
  {
    kind,
    connector,
    value,
  }: { readonly kind: OperationKind; readonly connector: string; readonly value: string },
): Promise<RestResponse> {
  const config = fileSource('/no/file', value);
  switch (kind) {
    case 'create':
      return rest.call('POST', '/connectors', { name: connector, config });
    case 'put':
      return rest.call('PUT', `/connectors/${connector}/config`, config);
    case 'patch':
      return rest.call('PATCH', `/connectors/${connector}/config`, { topic: value });
    case 'delete':
      return rest.call('DELETE', `/connectors/${connector}`);
    case 'get':
      return rest.get(`/connectors/${connector}/config`);
  }
}

interface Answered {
  readonly span: { readonly from: number; readonly to: number };
  readonly response: RestResponse;
}

/** undefined: an answer that says nothing. */
function answered(
  kind: OperationKind,
  value: string,
  { span, response }: Answered,
): ConnectorOperation | null | undefined {
  const { status } = response;
  const is = <T>(outcomes: Readonly<Record<number, T>>): T | undefined => outcomes[status];
  switch (kind) {
    case 'create': {
      const outcome = is({ 201: 'done', 409: 'exists' } as const);
      return outcome && { ...span, kind, value, outcome };
    }
    case 'put': {
      const outcome = is({ 201: 'created', 200: 'replaced' } as const);
      return outcome && { ...span, kind, value, outcome };
    }
    case 'patch': {
      const outcome = is({ 200: 'done', 404: 'absent' } as const);
      return outcome && { ...span, kind, value, outcome };
    }
    case 'delete': {
      const outcome = is({ 204: 'done', 404: 'absent' } as const);
      return outcome && { ...span, kind, outcome };
    }
    case 'get':
      return readOf(response, span);
  }
}

function readOf(
  { status, headers, body }: RestResponse,
  span: Answered['span'],
): ConnectorOperation | null | undefined {
  if (headers.has('x-millrace-stale')) {
    return null;
  }
  const value =
    status === 404 ? null : status === 200 ? (body as { readonly topic: string }).topic : undefined;
  return value === undefined ? undefined : { ...span, kind: 'get', value };
}

function unknown(kind: Exclude<OperationKind, 'get'>, from: number, value: string): ConnectorOperation {
  return { from, to: Infinity, kind, value, outcome: 'unknown' };
}

/** Whoever has not read the topics yet does nothing. */
function isStarting({ status, body }: RestResponse): boolean {
  return status === 503 && JSON.stringify(body).includes('still starting up');
}

/** Nobody listened: nothing was sent. */
function wasRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
