/**
 * The documentation as a widget: the contents and one page, which comes with the
 * extension, so that it can be read offline. Loaded when it is first opened.
 */

import '../../style/documentation.css';

import { MimeModel, type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import { s3EncryptionIcon } from '../icons';
import {
  FIRST_PAGE,
  isBelow,
  PAGES,
  placeOf,
  sectionOf,
  titleOf,
  type IPlace
} from './pages';

const MARKDOWN = 'text/markdown';
const HEADINGS = 'h1, h2, h3, h4, h5, h6';

/** A button for each page. */
class Contents extends Widget {
  constructor(trans: TranslationBundle, open: (place: IPlace) => void) {
    super({ node: document.createElement('nav') });
    this.addClass('jp-S3Encryption-docsContents');
    this.node.setAttribute('aria-label', trans.__('Pages'));
    const list = document.createElement('ul');
    for (const page of Object.keys(PAGES)) {
      const item = document.createElement('li');
      item.className = isBelow(page) ? 'jp-mod-below' : '';
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = titleOf(page);
      button.dataset.page = page;
      button.addEventListener('click', () => {
        open({ page, section: '' });
      });
      item.append(button);
      list.append(item);
    }
    this.node.append(list);
  }

  /** Marks the page that is shown. */
  mark(page: string): void {
    this.node.querySelectorAll('button').forEach(button => {
      if (button.dataset.page === page) {
        button.setAttribute('aria-current', 'page');
        button.scrollIntoView({ block: 'nearest' });
      } else {
        button.removeAttribute('aria-current');
      }
    });
  }
}

export class DocumentationWidget extends Widget {
  constructor(
    private readonly _renderers: IRenderMimeRegistry,
    trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-S3Encryption-docs');
    this.title.icon = s3EncryptionIcon;
    this.title.label = trans.__('S3 Encryption: documentation');
    this.title.closable = true;
    this._contents = new Contents(trans, place => {
      void this.open(place);
    });
    this._page = new Widget();
    this._page.addClass('jp-S3Encryption-docsPage');
    this._page.node.setAttribute('role', 'region');
    this._page.node.tabIndex = 0;
    this._page.layout = new PanelLayout();
    const layout = new PanelLayout();
    layout.addWidget(this._contents);
    layout.addWidget(this._page);
    this.layout = layout;
    this._page.node.addEventListener('click', this._onClick);
  }

  /** Shows a page from its beginning, or from one of its sections. */
  async open(place: Partial<IPlace>): Promise<void> {
    const { page = FIRST_PAGE, section = '' } = place;
    if (page !== this._shown) {
      this._shown = page;
      await this._draw(page);
    }
    const heading = [
      ...this._page.node.querySelectorAll<HTMLElement>(HEADINGS)
    ].find(({ textContent }) => sectionOf(textContent) === section);
    this._page.node.scrollTop = 0;
    heading?.scrollIntoView({ block: 'start' });
    // A screen reader begins to read there.
    const target = heading ?? this._page.node;
    target.tabIndex = heading ? -1 : 0;
    target.focus({ preventScroll: true });
  }

  private async _draw(page: string): Promise<void> {
    const layout = this._page.layout as PanelLayout;
    layout.widgets.forEach(widget => {
      widget.dispose();
    });
    const renderer = this._renderers.createRenderer(MARKDOWN);
    renderer.addClass('jp-RenderedMarkdown');
    layout.addWidget(renderer);
    this._contents.mark(page);
    this._page.node.setAttribute('aria-label', titleOf(page));
    await renderer.renderModel(
      new MimeModel({ data: { [MARKDOWN]: PAGES[page] ?? '' }, trusted: true })
    );
    // What leads to a page that does not come along is no link.
    renderer.node.querySelectorAll('a').forEach(link => {
      const href = link.getAttribute('href') ?? '';
      const isOut = /^https?:/i.test(href);
      if (link.classList.contains('jp-InternalAnchorLink')) {
        link.remove();
      } else if (isOut) {
        link.target = '_blank';
        link.rel = 'noopener';
      } else if (placeOf(page, href) === null) {
        link.replaceWith(...link.childNodes);
      }
    });
  }

  private readonly _onClick = (event: MouseEvent): void => {
    const link =
      event.target instanceof Element ? event.target.closest('a') : null;
    const place = placeOf(this._shown, link?.getAttribute('href') ?? '//');
    if (place !== null) {
      event.preventDefault();
      event.stopPropagation();
      void this.open(place);
    }
  };

  private readonly _contents: Contents;
  private readonly _page: Widget;
  private _shown = '';
}
