/** What the panel opens outside of itself: its menu, and sections of the documentation. */

import * as React from 'react';

import { useTrans } from '../../i18n';
import { Button } from './parts';

export interface IOutside {
  /** Opens a section of a page of the documentation. */
  openDocumentation: (page: string, section: string) => void;
  /** Opens the cluster-wide documents at a tab. */
  openDocuments: (service: string) => void;
  /** Opens the menu below a button. */
  openMenu: (button: HTMLElement) => void;
}

/** Null: there is nothing outside, as in a spec. */
export const OutsideContext: React.Context<IOutside | null> =
  React.createContext<IOutside | null>(null);

/** Leads to the section of a finding, or to another one; nothing if there is none to open. */
export function DocumentationLink(props: {
  section: string;
  page?: string;
}): React.JSX.Element | null {
  const trans = useTrans();
  const outside = React.useContext(OutsideContext);
  const { section, page = 'findings.md' } = props;
  return (
    outside && (
      <Button
        kind="link"
        label={trans.__('More about this: %1', section)}
        title={section}
        onClick={() => {
          outside.openDocumentation(page, section);
        }}
      >
        {trans.__('More about this')}
      </Button>
    )
  );
}

/** Opens the menu of the panel. */
export function MenuButton(): React.JSX.Element | null {
  const trans = useTrans();
  const outside = React.useContext(OutsideContext);
  return (
    outside && (
      <button
        type="button"
        className="jp-S3Encryption-menuButton"
        aria-haspopup="menu"
        aria-label={trans.__('Menu of S3 Encryption')}
        title={trans.__('Settings, documentation and more')}
        onClick={event => {
          outside.openMenu(event.currentTarget);
        }}
      >
        <span aria-hidden="true">⋯</span>
      </button>
    )
  );
}
