/** The server answered an error; `errorCode` and `message` are those of its body. */
export class ConnectRestError extends Error {
  /** HTTP status. */
  readonly status: number;
  readonly errorCode: number;

  constructor(status: number, errorCode: number, message: string) {
    super(message);
    this.name = 'ConnectRestError';
    this.status = status;
    this.errorCode = errorCode;
  }
}

/** What a call of the client resolves to. */
interface CallResult<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of a call's answer; throws ConnectRestError when it is an error: `await answer(client.GET('/'))`. */
export async function answer<Data>(call: Promise<CallResult<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) {
    throw errorOf(response.status, error);
  }
  return data as Data;
}

function errorOf(status: number, body: unknown): ConnectRestError {
  if (
    typeof body === 'object' &&
    body !== null &&
    'error_code' in body &&
    typeof body.error_code === 'number' &&
    'message' in body &&
    typeof body.message === 'string'
  ) {
    return new ConnectRestError(status, body.error_code, body.message);
  }
  const text = typeof body === 'string' && body !== '' ? body : `The server answered ${status}`;
  return new ConnectRestError(status, status, text);
}
