/**
 * The notebook in front and the panel beside it, as a user meets them: cells by
 * their index, the panel's parts by role and name. Must not know how the
 * extension works inside.
 */

import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';

/** A kernel by its name, and by what the notebook's toolbar and metadata say. */
export interface IKernel {
  name: string;
  display: string;
  language: string;
}

export const PYTHON_KERNEL: IKernel = {
  name: 'python3',
  display: 'Python 3 (ipykernel)',
  language: 'python'
};

/** A notebook's file with these code cells. */
export function notebookFile(
  cells: readonly string[],
  kernel: IKernel = PYTHON_KERNEL
): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: kernel.name,
        display_name: kernel.display,
        language: kernel.language
      }
    },
    cells: cells.map((source, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      metadata: {},
      execution_count: null,
      outputs: [],
      source
    }))
  };
}

/** A page with a notebook in front; any JupyterLab page, also of Notebook 7. */
export class NotebookPage {
  constructor(readonly page: Page) {}

  /** The panel, as assistive technology finds it. */
  get panel(): Locator {
    return this.page.getByRole('region', {
      name: 'S3 Encryption',
      exact: true
    });
  }

  /** The panel's field for the KMS key, which may have a list of keys. */
  get keyField(): Locator {
    return this.panel
      .getByRole('combobox', { name: 'KMS key', exact: true })
      .or(this.panel.getByRole('textbox', { name: 'KMS key', exact: true }));
  }

  /** Run one of JupyterLab's commands, and wait until it has ended. */
  async execute(
    command: string,
    args: Record<string, string> = {}
  ): Promise<void> {
    await this.page.evaluate(
      async ([id, given]) => {
        await window.jupyterapp.commands.execute(id, given);
      },
      [command, args] as const
    );
  }

  /** Open the sidebar through its command, unless it is open. */
  async openPanel(): Promise<Locator> {
    if (!(await this.panel.isVisible())) {
      await this.execute('s3-encryption:open-panel');
    }
    await expect(this.panel).toBeVisible();
    return this.panel;
  }

  /** The cell at an index. */
  cell(index: number): Locator {
    return this.page
      .locator('.jp-NotebookPanel:visible .jp-Notebook-cell')
      .nth(index);
  }

  /** A cell's prompt, which has its execution count. */
  prompt(index: number): Locator {
    return this.cell(index).locator('.jp-InputPrompt').first();
  }

  /** Run one cell without waiting for it. */
  async start(index: number): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+Enter');
  }

  /** Run one cell and wait until it has an execution count. */
  async run(index: number): Promise<void> {
    await this.start(index);
    await this.expectRan(index);
  }

  /** Wait until a cell has ended with output and without an error. */
  async expectRan(index: number): Promise<void> {
    const cell = this.cell(index);
    await expect(this.prompt(index)).toHaveText(/\[\d+\]:/, {
      timeout: 120_000
    });
    await expect(
      cell
        .locator(
          '.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]'
        )
        .filter({ hasText: 'Error' })
    ).toHaveCount(0);
    await expect(
      cell.locator('[data-mime-type="application/vnd.jupyter.error"]')
    ).toHaveCount(0);
  }

  /**
   * Wait until the kernel of the document in front has answered whatever was sent to it
   * before: it answers in order.
   */
  async kernelAnswers(): Promise<void> {
    await this.page.evaluate(async () => {
      const panel = window.jupyterapp.shell.currentWidget as unknown as {
        sessionContext: {
          session: { kernel: { requestKernelInfo: () => Promise<unknown> } };
        };
      };
      await panel.sessionContext.session.kernel.requestKernelInfo();
    });
  }

  /** What a cell printed. */
  async printed(index: number): Promise<string> {
    const texts = await this.cell(index)
      .locator('.jp-OutputArea-output pre')
      .allInnerTexts();
    return texts.join('\n').trim();
  }

  /** Open the form, which is one line once something is applied. */
  async openForm(): Promise<void> {
    const opener = this.panel.getByRole('button', { name: /^(Change|Show)$/ });
    if (await opener.isVisible()) {
      await opener.click();
    }
  }

  /** Open the form's fold with the rarer methods and what is covered besides Spark. */
  async openMore(): Promise<void> {
    await this.openForm();
    const summary = this.panel.locator('summary').filter({ hasText: /^More/ });
    const isOpen = await summary.evaluate(
      element => (element.parentElement as HTMLDetailsElement).open
    );
    if (!isOpen) {
      await summary.click();
    }
  }

  /** Choose a method, and enter a key if one is given. */
  async choose(method: string, key?: string): Promise<void> {
    await this.openForm();
    if (!['Bucket default', 'SSE-S3', 'SSE-KMS'].includes(method)) {
      await this.openMore();
    }
    await this.panel.getByRole('radio', { name: method, exact: true }).check();
    if (key !== undefined) {
      await this.keyField.fill(key);
    }
  }

  /** Press one of the panel's buttons; Apply is there while the form is open. */
  async press(name: string): Promise<void> {
    if (name === 'Apply') {
      await this.openForm();
    }
    await this.panel.getByRole('button', { name, exact: true }).click();
  }

  /** Choose a method, apply it, and wait for the state. */
  async apply(
    method: string,
    key: string | undefined,
    status: RegExp
  ): Promise<void> {
    await this.choose(method, key);
    await this.press('Apply');
    await this.expectStatus(status);
  }

  /** Wait for the state's word. */
  async expectStatus(words: RegExp, timeout = 60_000): Promise<void> {
    await expect(this.panel.getByRole('status')).toHaveText(words, {
      timeout
    });
  }

  /** Load the page again. Galata's own way waits for a launcher, which need not exist. */
  async reload(): Promise<void> {
    await Promise.all([
      this.page.waitForEvent('load'),
      this.page.evaluate(() => {
        setTimeout(() => {
          location.reload();
        }, 0);
      })
    ]);
    await this.page.waitForFunction(() => Boolean(window.jupyterapp));
    await this.page.evaluate(async () => {
      await window.jupyterapp.restored;
    });
  }

  /** Restart the kernel and run all cells, the dialog included. */
  async restartAndRunAll(): Promise<void> {
    const done = this.page.evaluate(() => {
      void window.jupyterapp.commands.execute('notebook:restart-run-all');
    });
    await this.page.locator('.jp-Dialog .jp-mod-accept').click();
    await done;
  }
}

/** Notebooks of one test, in the page and the folder that Galata gives it. */
export class LabNotebook extends NotebookPage {
  constructor(
    private readonly _page: IJupyterLabPageFixture,
    private readonly _folder: string
  ) {
    super(_page);
  }

  /** Where the notebook with this name is on the server. */
  path(name: string): string {
    return `${this._folder}/${name}.ipynb`;
  }

  /**
   * Put a notebook with these code cells on the server, open it, wait for its
   * kernel, and open the panel, which is returned.
   */
  async open(
    name: string,
    cells: readonly string[],
    kernel: IKernel = PYTHON_KERNEL
  ): Promise<Locator> {
    const path = this.path(name);
    const content = JSON.stringify(notebookFile(cells, kernel));
    await this._page.contents.uploadContent(content, 'text', path);
    await this.execute('docmanager:open', { path });
    const notebook = this.page.locator('.jp-NotebookPanel:visible');
    await expect(notebook.locator('.jp-Toolbar-kernelName')).toHaveText(
      kernel.display
    );
    await expect(
      notebook.locator('.jp-Notebook-ExecutionIndicator')
    ).toHaveAttribute('data-status', 'idle', { timeout: 60_000 });
    return this.openPanel();
  }
}
