/** Steps of the panel that the jobs take; what it looks like is known here and in NotebookPage. */

import { expect } from '@playwright/test';

import type { NotebookPage } from '../notebook';

/** Open the panel as a user does: by its tab at the edge of the window. */
export async function openByClick(notebook: NotebookPage): Promise<void> {
  await notebook.page
    .locator('.jp-SideBar')
    .getByRole('tab', { name: 'S3 Encryption' })
    .click();
  await expect(notebook.panel).toBeVisible();
}

/** Unfold the form, if what is applied is shown in its place. */
export async function editAgain(notebook: NotebookPage): Promise<void> {
  const change = notebook.panel.getByRole('button', {
    name: /^(Change|Show)$/
  });
  if (await change.isVisible()) {
    await change.click();
  }
}
