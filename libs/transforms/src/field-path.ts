import {
  ConfigError,
  DataError,
  type ConnectValue,
  type Field,
  type Schema,
  type Struct,
} from '@millrace/connect-api';
import { requireMapOrNull, requireStructOrNull, type SchemalessMap } from './requirements.ts';
import { fieldValue } from './struct-schemas.ts';

const PURPOSE = 'nested field access';

/** `V1`: the whole text is one name. `V2`: names separated by dots, in backticks where they contain dots. */
export type FieldSyntax = 'V1' | 'V2';

/** The way to a field through nested maps or structs (KIP-821). */
export class FieldPath {
  readonly #way: readonly string[];
  readonly #last: string;

  /** Throws ConfigError when a backtick is not closed. */
  constructor(path: string, syntax: FieldSyntax) {
    const steps = syntax === 'V1' ? [path] : parseSteps(path);
    this.#way = steps.slice(0, -1);
    this.#last = steps.at(-1) ?? '';
  }

  /** The value at the end; null where a step is missing. Throws DataError where a step is no map. */
  valueInMap(map: SchemalessMap): ConnectValue {
    let current: SchemalessMap | null = map;
    for (const step of this.#way) {
      current = requireMapOrNull(current.get(step) ?? null, PURPOSE);
      if (current === null) {
        return null;
      }
    }
    return current.get(this.#last) ?? null;
  }

  /** The value at the end, or its default where it is null; null where a struct on the way is. */
  valueInStruct(struct: Struct, replaceNull: boolean): ConnectValue {
    let current: Struct | null = struct;
    for (const step of this.#way) {
      current = requireStructOrNull(current.get(step), PURPOSE);
      if (current === null) {
        return null;
      }
    }
    const field = current.schema.field(this.#last);
    if (field === undefined) {
      throw new DataError(`${this.#last} is not a valid field name`);
    }
    return fieldValue(current, field, replaceNull);
  }

  /** The field at the end; undefined where a step is missing. Throws DataError where a step is no struct. */
  fieldIn(schema: Schema): Field | undefined {
    let current = schema;
    for (const step of this.#way) {
      const next = structField(current, step);
      if (next === undefined) {
        return undefined;
      }
      current = next.schema;
    }
    return structField(current, this.#last);
  }
}

function structField(schema: Schema, name: string): Field | undefined {
  if (schema.type !== 'struct') {
    throw new DataError('Cannot look up fields on non-struct type');
  }
  return schema.field(name);
}

function parseSteps(path: string): string[] {
  const steps: string[] = [];
  let at = 0;
  while (at < path.length) {
    if (path.charAt(at) === '`') {
      const quoted = quotedStep(path, at);
      steps.push(quoted.step);
      at = quoted.next;
    } else {
      const dot = path.indexOf('.', at);
      steps.push(path.slice(at, dot === -1 ? undefined : dot));
      at = dot === -1 ? path.length : dot + 1;
    }
  }
  if (path.endsWith('.')) {
    steps.push('');
  }
  return steps;
}

/** A step in backticks: it ends at a backtick before a dot or the end, unless a backslash makes that one part of the name. */
function quotedStep(path: string, start: number): { step: string; next: number } {
  let step = '';
  let from = start + 1;
  let at = from;
  for (;;) {
    const backtick = path.indexOf('`', at);
    const escaped = backtick > 0 && path.charAt(backtick - 1) === '\\';
    const last = backtick === path.length - 1;
    if (backtick === -1 || (last && escaped)) {
      throw new ConfigError(
        `Incomplete backtick pair in path: [${path}],` +
          ` consider adding a backslash before backtick at position ${start} to escape it`,
      );
    }
    const closes = last || path.charAt(backtick + 1) === '.';
    if (closes && !escaped) {
      return { step: step + path.slice(from, backtick), next: backtick + 2 };
    }
    if (escaped && closes) {
      step += path.slice(from, backtick - 1);
      from = backtick;
    }
    at = backtick + 1;
  }
}
