export { FileStreamSourceConnector, FileStreamSourceTask } from './file-stream-source.ts';
export { FileStreamSinkConnector, FileStreamSinkTask } from './file-stream-sink.ts';
export { DirectorySource, DirectorySourceTask } from './directory-source.ts';
