import {
  DataError,
  JsonNumber,
  JsonReader,
  nodeToJson,
  SinkRecord,
  SourceRecord,
  type ConnectRecord,
  type Converter,
  type Headers,
  type JsonNode,
  type SchemaAndValue,
} from '@millrace/connect-api';

/** Which kind of connector the records pass through. */
export type RecordType = 'source' | 'sink';

type Fields = ReadonlyMap<string, JsonNode>;

/**
 * Makes records of samples: a JSON list of `{topic, partition, offset, timestamp, key, value, headers}`, where keys, values and header
 * values are plain JSON or `{schema, payload}`. `converter` is a JsonConverter with envelopes. Throws DataError that names the sample.
 */
export function recordsOfSamples(text: string, type: RecordType, converter: Converter): ConnectRecord[] {
  const samples = new JsonReader(text).node();
  if (!Array.isArray(samples)) {
    throw new DataError('The records are no list');
  }
  return (samples as readonly JsonNode[]).map((sample, index) => {
    if (!(sample instanceof Map)) {
      throw new DataError(`records[${index}] is no object`);
    }
    return recordOf(new Sample(sample as Fields, `records[${index}]`, converter), type);
  });
}

function recordOf(sample: Sample, type: RecordType): ConnectRecord {
  const key = sample.data('key');
  const value = sample.data('value');
  const common = {
    topic: sample.text('topic'),
    keySchema: key.schema,
    key: key.value,
    valueSchema: value.schema,
    value: value.value,
    timestamp: sample.integer('timestamp'),
    headers: sample.headers(),
  };
  if (type === 'source') {
    const partition = sample.integer('partition');
    return new SourceRecord({ ...common, partition, sourcePartition: {}, sourceOffset: null });
  }
  return new SinkRecord({
    ...common,
    partition: sample.integer('partition') ?? 0,
    kafkaOffset: sample.integer('offset') ?? 0,
    timestampType: common.timestamp === null ? 'NoTimestampType' : 'CreateTime',
  });
}

/** One sample, read field by field. */
class Sample {
  readonly #fields: Fields;
  readonly #name: string;
  readonly #converter: Converter;

  constructor(fields: Fields, name: string, converter: Converter) {
    this.#fields = fields;
    this.#name = name;
    this.#converter = converter;
  }

  text(field: string): string {
    const value = this.#fields.get(field);
    if (typeof value !== 'string') {
      throw new DataError(`${this.#name}.${field} is no text`);
    }
    return value;
  }

  integer(field: string): number | null {
    const value = this.#fields.get(field) ?? null;
    if (value === null) {
      return null;
    }
    const number = value instanceof JsonNumber && value.integer ? Number(value.text) : Number.NaN;
    if (!Number.isSafeInteger(number)) {
      throw new DataError(`${this.#name}.${field} is no integer`);
    }
    return number;
  }

  data(field: string): SchemaAndValue {
    return this.#dataOf(this.#fields.get(field) ?? null, field);
  }

  headers(): Headers {
    const headers = this.#fields.get('headers') ?? [];
    if (!Array.isArray(headers)) {
      throw new DataError(`${this.#name}.headers is no list`);
    }
    return (headers as readonly JsonNode[]).map((header, index) => {
      const name = `headers[${index}]`;
      const fields: Fields = header instanceof Map ? (header as Fields) : new Map();
      const key = fields.get('key');
      if (typeof key !== 'string') {
        throw new DataError(`${this.#name}.${name} has no key`);
      }
      return { key, ...this.#dataOf(fields.get('value') ?? null, name) };
    });
  }

  #dataOf(node: JsonNode, field: string): SchemaAndValue {
    const envelope = isEnvelope(node)
      ? node
      : new Map<string, JsonNode>([
          ['schema', null],
          ['payload', node],
        ]);
    try {
      return this.#converter.toConnectData('', Buffer.from(nodeToJson(envelope)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DataError(`${this.#name}.${field} cannot be read: ${reason}`, { cause: error });
    }
  }
}

function isEnvelope(node: JsonNode): boolean {
  return node instanceof Map && node.size === 2 && node.has('schema') && node.has('payload');
}
