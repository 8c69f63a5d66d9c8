import type { ClusterConfigState } from './cluster-config-state.ts';
import { parseConfigKey } from './config-keys.ts';
import type { ConfigRecord } from './config-records.ts';

/**
 * The records that make keys say again what is committed, for readers who took an aborted record for true (design section 5).
 * Task configurations count only as a whole set. Left alone are restart requests, which nobody replays, and records of
 * fencing, which only readers of committed records heed and which depend on their place in the log.
 */
export function restoreRecords(keys: Iterable<string>, state: ClusterConfigState): readonly ConfigRecord[] {
  const records = new Map<string, readonly ConfigRecord[]>();
  for (const key of keys) {
    const about = parseConfigKey(key);
    if (about === null) {
      continue;
    }
    switch (about.kind) {
      case 'connector':
        records.set(key, [
          {
            kind: 'connector',
            connector: about.connector,
            config: state.connectorConfig(about.connector) ?? null,
          },
        ]);
        break;
      case 'target-state':
        records.set(key, [
          {
            kind: 'target-state',
            connector: about.connector,
            state: state.targetState(about.connector) ?? null,
          },
        ]);
        break;
      case 'task':
      case 'commit':
        records.set(`commit-${about.connector}`, tasks(about.connector, state));
        break;
      case 'restart':
      case 'fencing':
      case 'session-key':
      case 'logger':
        break;
    }
  }
  return [...records].sort(([a], [b]) => rank(a) - rank(b)).flatMap(([, group]) => group);
}

function tasks(connector: string, state: ClusterConfigState): readonly ConfigRecord[] {
  if (!state.contains(connector) || state.inconsistent(connector)) {
    // Without a configuration, or with an incomplete set, the tasks mean nothing to any reader.
    return [];
  }
  const configs = state.allTaskConfigs(connector);
  return [
    ...configs.map((config, task) => ({ kind: 'task', connector, task, config }) as const),
    { kind: 'commit', connector, tasks: configs.length },
  ];
}

/** Tasks of a connector count only after its configuration. */
function rank(key: string): number {
  return key.startsWith('commit-') ? 1 : 0;
}
