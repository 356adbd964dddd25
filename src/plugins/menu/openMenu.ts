/** The panel's menu, which is made anew each time it is opened. */

import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import { CLUSTER_COMMAND, MENU_COMMANDS } from '../../shell/commandIds';

/** Null: a line between two groups. */
const ITEMS = [
  MENU_COMMANDS.saveProfile,
  MENU_COMMANDS.deleteProfile,
  MENU_COMMANDS.saveReport,
  null,
  CLUSTER_COMMAND,
  null,
  MENU_COMMANDS.settings,
  MENU_COMMANDS.documentation
] as const;

/** Opens the menu below a button, which gets the focus back. */
export function openMenu(commands: CommandRegistry, button: HTMLElement): void {
  const menu = new Menu({ commands });
  for (const command of ITEMS) {
    if (command === null) {
      menu.addItem({ type: 'separator' });
    } else if (commands.hasCommand(command)) {
      menu.addItem({ command });
    }
  }
  menu.aboutToClose.connect(() => {
    button.setAttribute('aria-expanded', 'false');
    if (menu.node.contains(document.activeElement)) {
      button.focus();
    }
    // Not within its own signal.
    setTimeout(() => {
      menu.dispose();
    }, 0);
  });
  button.setAttribute('aria-expanded', 'true');
  const { left, bottom } = button.getBoundingClientRect();
  menu.open(left, bottom);
  menu.activeIndex = 0;
}
