/** Configuration of a file source, one task. */
export function fileSource(file: string, topic: string): Readonly<Record<string, string>> {
  return { 'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector', file, topic };
}

/** Configuration of a file sink. */
export function fileSink(file: string, topics: string, tasksMax = 1): Readonly<Record<string, string>> {
  return {
    'connector.class': 'FileStreamSink',
    file,
    topics,
    'tasks.max': String(tasksMax),
  };
}

/** Configuration of a directory source. */
export function directorySource(
  directory: string,
  topic: string,
  tasksMax: number,
): Readonly<Record<string, string>> {
  return {
    'connector.class': 'millrace.file.DirectorySource',
    directory,
    topic,
    'tasks.max': String(tasksMax),
    'poll.interval.ms': '200',
  };
}
