/**
 * Shows any state in the panel without walking there: the session of the notebook in front says
 * that it has it. And axe, which looks at what is shown. Must not know what the states mean.
 */

import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

const TRACKER = 'jupyterlab-s3-encryption:tracker';

/**
 * The panel shows this state of the notebook in front; null: no notebook. Only the panel gets to
 * know of it: nothing is sent to a kernel because of it.
 */
export async function showState(page: Page, state: unknown): Promise<void> {
  await page.evaluate(
    ([id, shown]) => {
      interface ISession {
        state: unknown;
        profile: unknown;
      }
      interface ITracker {
        current: ISession | null;
      }
      interface IPanel {
        id: string;
        _session: ISession | null;
        update: () => void;
      }
      const { pluginRegistry, shell } = window.jupyterapp as unknown as {
        pluginRegistry: { _plugins: Map<string, { service: ITracker }> };
        shell: { widgets: (area: string) => Iterable<IPanel> };
      };
      const session = pluginRegistry._plugins.get(id)?.service.current;
      const panel = [...shell.widgets('left')].find(
        widget => widget.id === 's3-encryption'
      );
      if (!session || panel === undefined) {
        throw new Error('There is no session, or no panel');
      }
      const profile = (shown as { profile: unknown } | null)?.profile;
      Object.defineProperties(session, {
        state: { configurable: true, get: () => shown },
        profile: { configurable: true, get: () => profile ?? null }
      });
      panel._session = shown === null ? null : session;
      panel.update();
    },
    [TRACKER, state] as const
  );
  // Drawn, and nothing left of what was there before.
  await page.evaluate(
    () =>
      new Promise(resolve => {
        requestAnimationFrame(() => {
          requestAnimationFrame(resolve);
        });
      })
  );
}

interface IAxe {
  run: (
    element: Element,
    options: object
  ) => Promise<{
    violations: {
      id: string;
      help: string;
      nodes: { html: string; failureSummary?: string }[];
    }[];
  }>;
}

/** Expect that axe finds nothing in what a locator shows, and that nothing is cut off sideways. */
export async function expectAccessible(
  shown: Locator,
  where: string
): Promise<void> {
  const page = shown.page();
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
  }
  const { found, wider } = await shown.evaluate(async element => {
    const { axe } = window as unknown as { axe: IAxe };
    const { violations } = await axe.run(element, {
      resultTypes: ['violations']
    });
    return {
      found: violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`)
      ),
      wider: element.scrollWidth - element.clientWidth
    };
  });
  expect.soft(found, where).toEqual([]);
  expect.soft(wider, `${where}: wider than its frame`).toBeLessThanOrEqual(0);
}
