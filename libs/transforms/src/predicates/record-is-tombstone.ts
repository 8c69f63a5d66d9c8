import { ConfigDef, type ConnectRecord, type Predicate, type Props } from '@millrace/connect-api';

/** `org.apache.kafka.connect.transforms.predicates.RecordIsTombstone`: records without a value, whatever their schema. */
export class RecordIsTombstone implements Predicate {
  config(): ConfigDef {
    return new ConfigDef();
  }

  configure(_props: Props): void {
    // Has no settings.
  }

  test(record: ConnectRecord): boolean {
    return record.value === null;
  }
}
