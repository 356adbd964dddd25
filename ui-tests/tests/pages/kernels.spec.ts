/**
 * The page that lists a server's kernels, which is the server's own: axe finds nothing in it, light
 * and dark, wide and narrow, and it is usable by keyboard. What is in it is tested in tests/server.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { expectAccessible } from '../../support/jobs/states';
import { expect, test } from '../../support/test';

const ROOT = join(__dirname, '..', '..', '..');

/** The page with a kernel in each state, as the server makes it. */
function made(): string {
  const program = `
from jupyterlab_s3_encryption.server.page import STATES, page
last = {"method": "sse-kms", "key_id": "arn:aws:kms:eu-west-1:111122223333:key/" + "1" * 36,
        "claim": "inEffect", "time": "2026-01-01T00:00:00Z", "codes": ["changed-since"]}
proof = {**last, "time": "2026-01-01T00:00:00Z"}
print(page("S3 encryption of the kernels of this server", [
    {"kernel_id": "0" * 36, "kernel_name": "python3", "paths": ["work/" + "a" * 60 + ".ipynb"],
     "user": "ada", "last": {**last, "state": state} if state else None, "proof": proof}
    for state in STATES
], ["bob: It did not answer."]))`;
  return execFileSync(join(ROOT, '.venv', 'bin', 'python'), ['-c', program], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: ROOT }
  });
}

test.use({ autoGoto: false });

for (const colorScheme of ['light', 'dark'] as const) {
  test(`The list of kernels is accessible, ${colorScheme}`, async ({
    page
  }, info) => {
    await page.emulateMedia({ colorScheme });
    await page.setContent(made());
    for (const width of [1280, 480]) {
      await page.setViewportSize({ width, height: 800 });
      await expectAccessible(page.locator('body'), `${width} px`);
      const path = info.outputPath(`${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: true });
    }
    const canvas = await page.evaluate(
      () => getComputedStyle(document.documentElement).colorScheme
    );
    expect(canvas).toBe('light dark');
    // Everything that can be used is reached, in order, and shows that it is.
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Read again' })).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('region')).toBeFocused();
    await expect(page.getByRole('row')).toHaveCount(9);
    await expect(page.getByRole('row', { name: /Blocked/ })).toBeVisible();
  });
}
