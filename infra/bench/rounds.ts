import type { Contender } from './contender.ts';
import type { Bench } from './scenario.ts';

/** One contender's turn in a round. */
export interface Turn {
  readonly contender: Contender;
  /** For groups, topics and files; no other turn has it. */
  readonly name: string;
}

/** The turns of a scenario: every contender once a round. Whoever comes second finds warmer caches, so they take turns in that, too. */
export function* turns(scenario: string, bench: Pick<Bench, 'contenders' | 'rounds'>): Generator<Turn> {
  for (let round = 1; round <= bench.rounds; round += 1) {
    for (const contender of round % 2 === 1 ? bench.contenders : [...bench.contenders].reverse()) {
      const name = `${scenario}-${contender.name.toLowerCase()}-${round}-${Date.now().toString(36)}`;
      yield { contender, name };
    }
  }
}
