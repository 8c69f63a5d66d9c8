import { request, type IncomingHttpHeaders } from 'node:http';
import type { CapturedRequest } from './cases.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Parsed where it is JSON; null where there is none. */
  readonly body: unknown;
}

/** Sends a captured request as it was sent to the JVM; `host` is the address it was sent to. */
export function send(
  port: number,
  host: string,
  { method, path, headers, body }: CapturedRequest,
): Promise<Answer> {
  const text = body === null ? null : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', method, path, headers: { ...headers, Host: host }, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const content = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed(content) });
        });
      },
    );
    outgoing.on('error', reject);
    if (text !== null) {
      outgoing.setHeader('Content-Length', Buffer.byteLength(text));
      outgoing.write(text);
    }
    outgoing.end();
  });
}

function parsed(content: string): unknown {
  if (content === '') {
    return null;
  }
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
