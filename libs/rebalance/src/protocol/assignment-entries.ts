import type { WireReader, WireWriter } from '@millrace/kafka';
import type { ConnectorsAndTasks } from '../types.ts';
import { RebalanceProtocolError } from './protocol-error.ts';

/** The task number that stands for the connector itself. */
const CONNECTOR = -1;

/**
 * ARRAY(entry), entry = connector STRING, tasks ARRAY(INT32). One entry per connector in the order of first appearance,
 * connectors before tasks; task -1 is the connector itself (spec/group-protocol.md section 2).
 */
export function writeEntries(writer: WireWriter, units: ConnectorsAndTasks): void {
  const entries = new Map<string, number[]>();
  const add = (connector: string, task: number): void => {
    const tasks = entries.get(connector);
    if (tasks === undefined) {
      entries.set(connector, [task]);
    } else {
      tasks.push(task);
    }
  };
  for (const connector of units.connectors) {
    add(connector, CONNECTOR);
  }
  for (const { connector, task } of units.tasks) {
    add(connector, task);
  }
  writer.array([...entries], ([connector, tasks]) => {
    writer.string(connector).array(tasks, (task) => writer.int32(task));
  });
}

/** Reads what {@link writeEntries} writes; a null array is empty. */
export function readEntries(reader: WireReader): ConnectorsAndTasks {
  const connectors: string[] = [];
  const tasks: { connector: string; task: number }[] = [];
  reader.array(() => {
    const connector = reader.string();
    reader.array(() => {
      const task = reader.int32();
      if (task < CONNECTOR) {
        throw new RebalanceProtocolError(
          `Connector ${connector} has a task ${task}; tasks are numbered from 0`,
        );
      }
      if (task === CONNECTOR) {
        connectors.push(connector);
      } else {
        tasks.push({ connector, task });
      }
    });
  });
  return { connectors, tasks };
}
