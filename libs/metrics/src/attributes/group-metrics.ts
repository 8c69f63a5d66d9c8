import type { Metric, Sample } from '../prometheus-text.ts';
import { labelOf, type AttributeGroup } from './attribute.ts';
import { attributeNamed } from './attributes.ts';

type Labels = Readonly<Record<string, string>>;

/** What attributes of a group are of one thing. A value that is not a number says that it is not known, and is left out. */
export interface GroupReading {
  readonly labels: Labels;
  readonly values: Readonly<Record<string, number | string>>;
}

/** Attributes of one group as families, in the order in which they are first given. Throws for an attribute that the table lacks. */
export function groupMetrics(group: AttributeGroup, readings: readonly GroupReading[]): readonly Metric[] {
  const families = new Families();
  for (const { labels, values } of readings) {
    for (const [name, value] of Object.entries(values)) {
      families.add(group, { name, labels, value });
    }
  }
  return families.all();
}

/** Collects samples by the attribute that they are of. */
export class Families {
  readonly #samples = new Map<
    string,
    { readonly metric: Omit<Metric, 'samples'>; readonly samples: Sample[] }
  >();

  add(
    group: AttributeGroup,
    of: { readonly name: string; readonly labels: Labels; readonly value: number | string },
  ): void {
    const attribute = attributeNamed([group], of.name);
    if (attribute === undefined) {
      throw new Error(`Attribute ${of.name} of ${group} is not in the table of attributes`);
    }
    const { name, kind, help } = attribute;
    const sample = sampleOf(of);
    if (sample !== null) {
      const family = this.#samples.get(name);
      if (family === undefined) {
        const type = kind === 'counter' ? 'counter' : 'gauge';
        this.#samples.set(name, { metric: { name, type, help }, samples: [sample] });
      } else {
        family.samples.push(sample);
      }
    }
  }

  all(): readonly Metric[] {
    return [...this.#samples.values()].map(({ metric, samples }) => ({ ...metric, samples }));
  }
}

function sampleOf(of: {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number | string;
}): Sample | null {
  if (typeof of.value === 'string') {
    return { labels: { ...of.labels, [labelOf(of.name)]: of.value }, value: 1 };
  }
  return Number.isNaN(of.value) ? null : { labels: of.labels, value: of.value };
}
