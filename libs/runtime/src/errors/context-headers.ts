import { ConnectError } from '@millrace/connect-api';
import type { RecordHeader } from '@millrace/kafka';
import { stackTrace } from '../host/error-data.ts';
import type { DeadLetter } from './record-at-fault.ts';
import type { StageFailure } from './stages.ts';

const PREFIX = '__connect.errors.';

/** The headers that say what happened to a dead letter and where, all text, in the JVM's order (spec/runtime.md section 6). */
export function contextHeaders(
  { connector, task }: { readonly connector: string; readonly task: number },
  { stage, executor, error }: StageFailure,
  letter: DeadLetter,
): readonly RecordHeader[] {
  const headers: (readonly [name: string, value: string | null])[] = [
    ['topic', letter.topic],
    ['partition', String(letter.partition)],
    ['offset', String(letter.offset)],
    ['connector.name', connector],
    ['task.id', String(task)],
    ['stage', stage],
    ['class.name', executor],
    ['exception.class.name', error instanceof ConnectError ? error.javaClass : error.name],
    ['exception.message', error.message === '' ? null : error.message],
    ['exception.stacktrace', stackTrace(error)],
    ...letter.origin,
  ];
  return headers.map(([name, value]) => ({
    key: `${PREFIX}${name}`,
    value: value === null ? null : Buffer.from(value),
  }));
}
