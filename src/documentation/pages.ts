/** The pages of the documentation: their titles, and what a link between them means. Pure. */

import pages from './pages.json';

/** The pages by their path below `docs`, in the order of the contents. */
export const PAGES: Readonly<Record<string, string>> = pages;

/** The page that is shown if none is asked for. */
export const FIRST_PAGE = 'findings.md';

/** Where a link leads: a page, and a section of it; empty for its beginning. */
export interface IPlace {
  readonly page: string;
  readonly section: string;
}

/** The first heading of a page. */
export function titleOf(page: string): string {
  return /^# (.*)$/m.exec(PAGES[page] ?? '')?.[1] ?? page;
}

/** Does a page belong to the one that leads its folder, `README.md`? */
export function isBelow(page: string): boolean {
  return page.includes('/') && !page.endsWith('/README.md');
}

/** What a heading is called in an address. */
export function sectionOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .trim()
    .replace(/ /g, '-');
}

/**
 * Where a link on a page leads.
 *
 * @param page - the page that has the link
 * @param href - as it is written
 * @returns null if it leads out of the documentation
 */
export function placeOf(page: string, href: string): IPlace | null {
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(href)) {
    return null;
  }
  const [path = '', section = ''] = href.split('#');
  const target =
    path === '' ? page : new URL(path, `http://docs/${page}`).pathname.slice(1);
  return Object.hasOwn(PAGES, target) ? { page: target, section } : null;
}
