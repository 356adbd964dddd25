/**
 * What a user must not notice: messages while nothing is armed, counts,
 * history and the notebook file.
 */

import { endpoint } from '../support/endpoint';
import { countOurs } from '../support/messages';
import { expect, test } from '../support/test';

test.describe('A notebook', () => {
  test('gets no message while nothing is armed, also with the panel open', async ({
    page,
    notebook
  }) => {
    const count = countOurs(page);
    await notebook.open('unarmed', ['print(1)', 'print(2)']);
    await notebook.expectStatus(/^Not set/);
    await notebook.run(0);
    await notebook.run(1);
    await notebook.panel
      .getByRole('radio', { name: 'SSE-S3', exact: true })
      .check();
    await notebook.run(1);
    expect(count.all).toBe(3);
    expect(count.ours).toBe(0);
  });

  test('has its page ask the server for nothing of ours while nothing changes', async ({
    page,
    notebook
  }) => {
    await notebook.open('still', ['6 * 7', '7 * 8']);
    const kept = page.waitForResponse(
      answer =>
        answer.url().includes('/s3-encryption/choices') &&
        answer.request().method() === 'PUT'
    );
    await notebook.apply('SSE-S3', undefined, /^Waiting for Spark/);
    await kept;
    const asked: string[] = [];
    page.on('request', request => {
      if (request.url().includes('/s3-encryption/')) {
        asked.push(`${request.method()} ${request.url()}`);
      }
    });
    for (const number of [0, 1, 0, 1]) {
      await notebook.run(number);
    }
    await notebook.press('Verify');
    await notebook.expectStatus(/^Waiting for Spark/);
    expect(asked).toEqual([]);
  });

  test('keeps its counts, its history, its last value and its file as if nobody else were there', async ({
    page,
    notebook
  }) => {
    const [key] = endpoint().keys;
    const count = countOurs(page);
    await notebook.open('quiet', [
      '6 * 7',
      'print(_, sorted(Out), len(In), [n for n in dir() if "s3" in n.lower()])'
    ]);
    await notebook.run(0);
    await notebook.execute('docmanager:save');
    const tab = page.getByRole('tab', { name: /^quiet\.ipynb/ });
    await expect(tab).not.toHaveClass(/jp-mod-dirty/);
    await notebook.apply('SSE-KMS', key, /^Waiting for Spark/);
    await notebook.press('Verify');
    await notebook.expectStatus(/^Waiting for Spark/);
    await expect(tab).not.toHaveClass(/jp-mod-dirty/);
    expect(count.ours).toBeGreaterThanOrEqual(2);
    await notebook.run(1);
    expect(await notebook.printed(1)).toBe('42 [1] 3 []');
    await expect(notebook.prompt(1)).toHaveText('[2]:');
  });

  test('keeps its progress bars and the messages of its widgets while requests and guards pass by', async ({
    page,
    notebook
  }) => {
    await notebook.open('widgets', [
      [
        'import os, time',
        'from comm import create_comm',
        'from IPython.display import ProgressBar',
        "ticks = create_comm(target_name='ticks')",
        'for step in ProgressBar(40):',
        '    ticks.send(step)',
        '    time.sleep(0.05)',
        // However slow this page is, it sees the cell running.
        "while not os.path.exists('seen.ipynb'):",
        '    time.sleep(0.05)'
      ].join('\n'),
      'ticks.send(99)'
    ]);
    await notebook.apply('SSE-S3', undefined, /^Waiting for Spark/);
    await page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as unknown as {
        sessionContext: {
          session: {
            kernel: {
              registerCommTarget: (
                name: string,
                opened: (comm: {
                  onMsg: (message: { content: { data: number } }) => void;
                }) => void
              ) => void;
            };
          };
        };
      };
      const heard: number[] = [];
      (window as unknown as { heard: number[] }).heard = heard;
      panel.sessionContext.session.kernel.registerCommTarget('ticks', comm => {
        comm.onMsg = ({ content }) => {
          heard.push(content.data);
        };
      });
      void window.jupyterapp.commands.execute('notebook:run-all-cells');
    });
    // JupyterLab's indicator is no sign of it: what ended 150 ms ago may turn it to idle again.
    await page.waitForFunction(
      () => (window as unknown as { heard: number[] }).heard.length > 0
    );
    await notebook.press('Verify');
    await notebook.expectStatus(/^Verifying.*Queued behind the running cell/);
    await page.contents.uploadContent('', 'text', notebook.path('seen'));
    await expect(notebook.prompt(1)).toHaveText('[2]:', { timeout: 30_000 });
    await notebook.expectStatus(/^Waiting for Spark/);
    const heard = await page.evaluate(
      () => (window as unknown as { heard: number[] }).heard
    );
    expect(heard).toEqual([...Array(40).keys(), 99]);
    const bars = notebook.cell(0).locator('.jp-OutputArea-output progress');
    await expect(bars).toHaveCount(1);
    await expect(bars).toHaveAttribute('value', '40');
  });
});
