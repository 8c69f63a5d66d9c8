/** An answer whose status or headers depend on what was done. */
export class Reply<Body = unknown> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Body, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** JSON that is text already, so that its numbers stay as they are. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
