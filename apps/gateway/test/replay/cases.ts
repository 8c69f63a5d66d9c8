import { fixture } from '@millrace/testing';

export interface CapturedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text is sent as it is, anything else as JSON, null not at all. */
  readonly body: unknown;
}

export interface CapturedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A request to a JVM worker and what it answered. */
export interface RestCase {
  readonly name: string;
  readonly phase: string;
  readonly request: CapturedRequest;
  readonly response: CapturedResponse;
}

export const CASES = (fixture('rest-cases.json') as { readonly cases: readonly RestCase[] }).cases;

/** The runs of the capture, in their order. */
export const PHASES: readonly string[] = [...new Set(CASES.map(({ phase }) => phase))];
