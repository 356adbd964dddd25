/** The settings' schema offers what the contract has, in the same order and words. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { BUCKET_METHODS } from '../../encryption/profile/profile';
import connectors from '../data/connectors.json';
import {
  FIRST_METHOD,
  METHOD,
  METHODS,
  MOST,
  WRITERS,
  type Method
} from '../profile';
import { DIALECTS } from '../report';

interface IField {
  readonly oneOf?: readonly {
    readonly const: string;
    readonly title: string;
  }[];
  readonly default?: unknown;
  readonly description?: string;
  readonly items?: IField;
  readonly properties?: Readonly<Record<string, IField>>;
}

interface ISchema {
  readonly definitions: Readonly<Record<'rule' | 'profile', IField>>;
  readonly properties: Readonly<Record<string, IField>>;
}

const SCHEMA = JSON.parse(
  readFileSync(
    join(__dirname, '..', '..', '..', 'schema', 'plugin.json'),
    'utf8'
  )
) as ISchema;

const field = (of: IField | undefined, name: string): IField => {
  const found = of?.properties?.[name];
  if (found === undefined) {
    throw new Error(`The schema has no ${name}.`);
  }
  return found;
};
const names = ({ oneOf = [] }: IField): string[] =>
  oneOf.map(choice => choice.const);
const { rule, profile } = SCHEMA.definitions;

describe('the schema of the settings', () => {
  it.each([
    ['a profile', profile, METHODS],
    ['a rule for a bucket', rule, BUCKET_METHODS]
  ] as const)('offers the methods of %s', (_, of, methods) => {
    const method = field(of, 'method');
    expect(names(method)).toEqual(methods);
    expect(method.default).toBe(FIRST_METHOD);
    for (const choice of method.oneOf ?? []) {
      expect(choice.title).toContain(METHOD[choice.const as Method].title);
    }
  });

  it('has the limits of a profile', () => {
    // As words: a rule of the schema that one profile breaks loses all settings.
    const said = (name: string): string[] =>
      [...(field(profile, name).description ?? '').matchAll(/[0-9]+/g)].map(
        ([number]) => number
      );
    expect(said('name')).toEqual([String(MOST.name)]);
    expect(said('buckets')).toEqual([String(MOST.rules)]);
  });

  it('offers the connectors, and to detect them', () => {
    const { connector } = SCHEMA.properties;
    expect(new Set(names(connector!))).toEqual(new Set(['auto', ...DIALECTS]));
    expect(connector!.default).toBe('auto');
    for (const name of DIALECTS) {
      const choice = connector!.oneOf?.find(one => one.const === name);
      expect(choice?.title).toBe(connectors.dialects[name].title);
    }
  });

  it('offers the writers that can follow a profile', () => {
    const { items } = field(profile, 'writers');
    expect(names(items!)).toEqual(WRITERS);
  });

  it('offers the same modes for one profile as for all', () => {
    const all = names(SCHEMA.properties.mode!);
    expect(all).toEqual(['warn', 'block']);
    expect(names(field(profile, 'mode'))).toEqual(['', ...all]);
  });
});
