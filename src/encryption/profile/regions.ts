/**
 * Regions of AWS by their form, and the partition of each; the same rules as the
 * agent's `profile/keys.py`. Pure.
 */

import patterns from '../../contract/data/patterns.json';
import { whole } from './patterns';

const REGION = whole(patterns.region);
const AREAS: ReadonlyMap<string, string> = new Map(
  Object.entries(patterns.areas)
);
const PARTITIONS: ReadonlySet<string> = new Set(['aws', ...AREAS.values()]);

/** Has a text the form of a Region? New ones appear every year, so there is no list. */
export function isRegion(text: string): boolean {
  return REGION.test(text);
}

/** The partition that a Region belongs to; null if its area is not known. */
export function partitionOf(region: string): string | null {
  const words = region.split('-');
  const area = words.slice(0, -2).join('-');
  return (
    AREAS.get(area) ??
    AREAS.get(words[0] ?? '') ??
    (area.length === 2 ? 'aws' : null)
  );
}

/** Can a Region be in a partition? A partition that is not known may have areas that are not. */
export function fitsPartition(region: string, partition: string): boolean {
  const right = partitionOf(region);
  return right === null ? !PARTITIONS.has(partition) : right === partition;
}
