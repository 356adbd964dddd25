/**
 * Stand-ins for the application and for sessions, for the specs of the
 * plugins.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { LifecycleState } from '../../encryption/lifecycle/types';
import type { Profile } from '../../encryption/profile/profile';
import { FakeObjectChecks } from '../../panel/objects/__tests__/fakeObjectChecks';
import type { IEncryptionSession, IEncryptionTracker } from '../../tokens';
import { Memory } from '../../preferences/memory';
import { Options } from '../../preferences/settings';
import type { IChanges, ISaved } from '../../preferences/savedProfiles';
import type { IPreferences } from '../preferences';
import { Trust } from '../../preferences/trust';

// jsdom has no idle callbacks, and ReactWidget waits for one with each drawing.
window.requestIdleCallback = done =>
  window.setTimeout(() => {
    done({ didTimeout: false, timeRemaining: () => 0 });
  }, 0);

/** Let React draw and promises settle. */
export async function settled(): Promise<void> {
  MessageLoop.flush();
  // React draws in slices, one timer each.
  for (let slice = 0; slice < 25; slice++) {
    // eslint-disable-next-line no-restricted-syntax -- one timer for each slice
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

export class FakeSession implements IEncryptionSession {
  constructor(
    public state: LifecycleState = {
      kind: 'not-set',
      profile: null,
      report: null
    }
  ) {}

  readonly label = { document: 'a.ipynb', kernel: 'Python 3' };
  readonly history = [];
  readonly stateChanged = new Signal<this, LifecycleState>(this);
  readonly apply = jest.fn().mockResolvedValue(null);
  readonly verify = jest.fn().mockResolvedValue(null);
  readonly clear = jest.fn().mockResolvedValue(null);
  readonly cancel = jest.fn();
  readonly guardRun = jest.fn();
  readonly blocked = new Signal<this, string>(this);
  readonly applied = new Signal<this, Profile | null>(this);
  readonly objectChecks = new FakeObjectChecks();
  readonly excluded = false;
  unread: string | null = null;
  readonly readAgain = jest.fn().mockResolvedValue(undefined);
  isDisposed = false;

  get profile() {
    return this.state.profile;
  }

  become(state: LifecycleState): void {
    this.state = state;
    this.stateChanged.emit(state);
  }

  readonly isInherited: boolean = false;
  readonly isKnown: boolean = true;
  readonly inherit = jest.fn();

  dispose(): void {
    this.isDisposed = true;
  }
}

export class FakeTracker implements IEncryptionTracker {
  current: IEncryptionSession | null = null;
  readonly currentChanged = new Signal<this, IEncryptionSession | null>(this);
  readonly sessionAdded = new Signal<this, IEncryptionSession>(this);
  readonly sessions = new Map<Widget, IEncryptionSession>();

  find(widget: Widget): IEncryptionSession | null {
    return this.sessions.get(widget) ?? null;
  }

  add(session: IEncryptionSession, widget: Widget): void {
    this.sessions.set(widget, session);
    this.sessionAdded.emit(session);
  }

  setCurrent(session: IEncryptionSession | null): void {
    this.current = session;
    this.currentChanged.emit(session);
  }
}

/** An application with as much as the plugins use. */
export function fakeApp() {
  const sidebar: Widget[] = [];
  const shell = {
    add: jest.fn((widget: Widget) => {
      sidebar.push(widget);
    }),
    activateById: jest.fn(),
    widgets: (area: string) => (area === 'left' ? sidebar : []).values(),
    currentWidget: null as Widget | null,
    currentChanged: new Signal<object, { newValue: Widget | null }>({})
  };
  const fileChanged = new Signal<object, unknown>({});
  const commands = new CommandRegistry();
  const app = {
    commands,
    shell,
    restored: Promise.resolve(),
    serviceManager: { contents: { fileChanged } }
  } as unknown as JupyterFrontEnd;
  return { app, shell, sidebar, commands, fileChanged };
}

/** What the server's part does with saved profiles. */
export class FakeSaved {
  /** @param profiles - null: the server has no such part */
  constructor(public profiles: readonly unknown[] | null = null) {}

  ask(changes: IChanges = {}): Promise<ISaved | null> {
    if (this.profiles === null) {
      return Promise.resolve(null);
    }
    type Named = { name?: string };
    const all = new Map(this.profiles.map(one => [(one as Named).name, one]));
    changes.delete?.forEach(name => all.delete(name));
    changes.put?.forEach(one => all.set(one.name, one));
    for (const one of changes.add ?? []) {
      all.set(one.name, all.get(one.name) ?? one);
    }
    this.profiles = [...all.values()];
    return Promise.resolve(this.read());
  }

  read(): ISaved | null {
    return (
      this.profiles && { profiles: this.profiles, file: '/a/profiles.json' }
    );
  }
}

/** Settings that a spec can change. */
export function fakePreferences(
  composite: Record<string, unknown> = {},
  site: Record<string, unknown> = {},
  saved = new FakeSaved()
): IPreferences & { set: (composite: Record<string, unknown>) => void } {
  const options = new Options({ __: text => text });
  const changed = new Signal<object, void>({});
  const settings = {
    composite,
    changed,
    schema: { properties: { site: { default: site } } }
  };
  options.follow(
    settings as unknown as Parameters<Options['follow']>[0],
    saved.read()
  );
  return {
    options,
    saved: saved as unknown as IPreferences['saved'],
    memory: new Memory(null),
    trust: new Trust(null),
    set: value => {
      settings.composite = value;
      changed.emit();
    }
  };
}
