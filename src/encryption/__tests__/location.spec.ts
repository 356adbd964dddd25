/** How an address on S3 is written. */

import { ENGLISH } from '../../contract/messages';
import { bucketOf, folderOf, validateLocation } from '../location';

describe('a location', () => {
  it.each([
    's3://lake/tmp',
    's3a://lake/tmp/',
    's3n://my.lake',
    '  s3://lake '
  ])('is taken: %s', text => {
    expect(validateLocation(text, ENGLISH)).toBeNull();
  });

  it.each([
    ['', 'address like'],
    ['lake/tmp', 'address like'],
    ['https://lake/tmp', 'address like'],
    ['s3://', 'address like'],
    ['s3:///tmp', 'address like'],
    ['s3://Lake/tmp', 'not a bucket name'],
    ['s3://a/tmp', 'not a bucket name']
  ])('is refused with a reason: %s', (text, reason) => {
    expect(validateLocation(text, ENGLISH)).toContain(reason);
  });

  it('has a bucket', () => {
    expect(bucketOf('s3a://lake/tmp')).toBe('lake');
    expect(bucketOf('lake/tmp')).toBe('');
  });

  it.each([
    ['s3a://lake/sales/2026/', 's3a://lake/sales'],
    ['s3://lake/sales', 's3://lake'],
    ['s3://lake', 's3://lake'],
    ['', '']
  ])('is in a folder, or a bucket: %s', (location, folder) => {
    expect(folderOf(location)).toBe(folder);
  });
});
