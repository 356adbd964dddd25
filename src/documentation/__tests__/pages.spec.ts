/** The pages of the documentation: every finding has its section, and links stay inside. */

import findings from '../../contract/data/findings.json';
import { FIRST_PAGE, PAGES, placeOf, sectionOf, titleOf } from '../pages';

function sectionsOf(page: string): string[] {
  return [...(PAGES[page] ?? '').matchAll(/^#+ (.*)$/gm)].map(found =>
    sectionOf(found[1]!)
  );
}

it.each(Object.keys(findings.findings))(
  'the finding %s has a section, to which the panel leads',
  code => {
    expect(sectionsOf(FIRST_PAGE)).toContain(code);
  }
);

it('every page has a title, by which the contents name it', () => {
  for (const page of Object.keys(PAGES)) {
    expect(titleOf(page)).not.toBe(page);
  }
});

it('sections are named as in an address', () => {
  expect(sectionOf('At the bucket')).toBe('at-the-bucket');
  expect(sectionOf('bucket-override¶')).toBe('bucket-override');
  expect(sectionOf('SSE-C: who, when?')).toBe('sse-c-who-when');
});

it('a link leads to a page, a section of it, or out', () => {
  expect(placeOf('kernels.md', 'findings.md#spark-behind-magics')).toEqual({
    page: 'findings.md',
    section: 'spark-behind-magics'
  });
  expect(placeOf('cluster/kms.md', 's3.md')).toEqual({
    page: 'cluster/s3.md',
    section: ''
  });
  expect(placeOf('cluster/kms.md', '../security.md')).toEqual({
    page: 'security.md',
    section: ''
  });
  expect(placeOf('kernels.md', '#x')).toEqual({
    page: 'kernels.md',
    section: 'x'
  });
  expect(placeOf('kernels.md', 'protocol.md')).toBeNull();
  expect(placeOf('kernels.md', '../SECURITY.md')).toBeNull();
  expect(placeOf('kernels.md', 'https://example.com/findings.md')).toBeNull();
});

it('every section that a page leads to is there', () => {
  const missing = Object.entries(PAGES).flatMap(([page, text]) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(found => placeOf(page, found[1]!))
      .filter(
        place =>
          place !== null &&
          place.section !== '' &&
          !sectionsOf(place.page).includes(place.section)
      )
  );
  expect(missing).toEqual([]);
});
