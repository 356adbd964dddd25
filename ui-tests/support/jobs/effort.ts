/**
 * What a job costs the user: clicks outside the cells of a notebook, presses of keys that are
 * no text, and how often something of ours had to be scrolled to before it could be used.
 * Counted by the page's own events, whichever helper causes them.
 */

import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

export interface IEffort {
  clicks: number;
  presses: number;
  /** What was scrolled, by its class. */
  scrolled: string[];
}

declare global {
  interface Window {
    s3eEffort?: IEffort;
  }
}

/** Runs in the page. What the product scrolls to by itself does not count. */
function listen(): void {
  const listening = window.s3eEffort !== undefined;
  window.s3eEffort = { clicks: 0, presses: 0, scrolled: [] };
  if (listening) {
    return;
  }
  const effort = (): IEffort =>
    window.s3eEffort ?? { clicks: 0, presses: 0, scrolled: [] };
  const inCell = ({ target }: Event): boolean =>
    target instanceof Element && target.closest('.jp-Notebook') !== null;
  document.addEventListener(
    'pointerdown',
    event => {
      if (event.isTrusted && !inCell(event)) {
        effort().clicks++;
      }
    },
    true
  );
  document.addEventListener(
    'keydown',
    event => {
      const { key, ctrlKey, metaKey, altKey } = event;
      const isText = key.length === 1 && !ctrlKey && !metaKey && !altKey;
      const isModifier = ['Shift', 'Control', 'Alt', 'Meta'].includes(key);
      if (event.isTrusted && !isText && !isModifier) {
        effort().presses++;
      }
    },
    true
  );
  let own = -Infinity;
  for (const [prototype, name] of [
    [Element.prototype, 'scrollIntoView'],
    [HTMLElement.prototype, 'focus']
  ] as const) {
    const methods = prototype as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    const original = methods[name];
    methods[name] = function (this: unknown, ...args) {
      own = performance.now();
      return original?.apply(this, args);
    };
  }
  const last = new WeakMap<Element, number>();
  document.addEventListener(
    'scroll',
    event => {
      const { target } = event;
      if (
        !(target instanceof Element) ||
        target.closest('[class*="jp-S3Encryption"]') === null
      ) {
        return;
      }
      const before = last.get(target) ?? 0;
      last.set(target, target.scrollTop);
      // Up again: what was below is shorter now, or the user goes back to the top.
      if (target.scrollTop > before && performance.now() - own > 500) {
        effort().scrolled.push(target.className);
      }
    },
    true
  );
}

/** Begin to count; once more after the page was loaded again. */
export async function beginJob(page: Page): Promise<void> {
  await page.evaluate(listen);
}

/**
 * Expect that the job has cost at most this so far, and that nothing was scrolled for it, unless
 * it may have been.
 */
export async function expectEffort(
  page: Page,
  most: Partial<Pick<IEffort, 'clicks' | 'presses'>>,
  may?: 'scrolled'
): Promise<void> {
  const effort = await page.evaluate(() => window.s3eEffort);
  expect(effort, 'the page was loaded again').toBeDefined();
  for (const name of ['clicks', 'presses'] as const) {
    const bound = most[name];
    if (bound !== undefined) {
      expect(effort?.[name], name).toBeLessThanOrEqual(bound);
    }
  }
  if (may === undefined) {
    expect(effort?.scrolled).toEqual([]);
  }
}
